// Generated from the spec by `deno task generate`. Do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file

// Of spec/xsignals.yaml with SHA-256 57ed44afee3f27ca8eb79d526d72d6806b5a16d872912664dbec4c3faed53de7: any change of it shows here.
import type { Host } from "../../host.ts";

/** The servers and routes of https://api.xsignals.xpansiv.com. */
export const host: Host = {
  "name": "xsignals",
  "servers": [
    "https://api.xsignals.xpansiv.com",
    "https://api.data.xpansiv.com"
  ],
  "routes": {
    "GET /auth/login": {
      "read": "json",
      "texts": [
        "token",
        "refreshToken"
      ]
    },
    "POST /auth/refresh": {
      "read": "json",
      "texts": [
        "token"
      ]
    },
    "POST /auth/logout": {
      "read": "auto"
    },
    "POST /auth/changePassword": {
      "read": "auto"
    },
    "GET /file/group": {
      "read": "json"
    },
    "GET /file/search": {
      "read": "json"
    },
    "GET /file/{fileId}": {
      "read": "json"
    },
    "GET /file/{fileId}/download": {
      "read": "blob"
    }
  }
};
