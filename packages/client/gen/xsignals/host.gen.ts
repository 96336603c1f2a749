// Generated from the spec by `deno task generate`. Do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file

// Of spec/xsignals.yaml with SHA-256 d72135acd7f56488b297fde5d6866d48b395fa826004b03b1dcdf9e67d4e5cb8: any change of it shows here.
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
