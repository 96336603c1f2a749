// Generated from the spec by `deno task generate`. Do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file

// Of spec/xsignals.yaml with SHA-256 14c7d55819282883c7499316b0715785e77c8c28b8226ca17615457f1973ddc0: any change of it shows here.
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
    "GET /file/group/{name}": {
      "read": "json"
    },
    "GET /file/search": {
      "read": "json"
    },
    "GET /file/{fileId}": {
      "read": "json",
      "elsewhere": true
    },
    "GET /file/{fileId}/download": {
      "read": "stream"
    },
    "POST /ts": {
      "read": "stream"
    },
    "GET /ts/symbol/search": {
      "read": "json"
    }
  }
};
