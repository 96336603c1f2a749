// Generated from the spec by `deno task generate`. Do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file

// Of spec/auth0.yaml with SHA-256 6f6aabe80504d46a4e33b256970d66ed42504e2390c3e54ae35031ae3ad744f1: any change of it shows here.
import type { Host } from "../../host.ts";

/** The servers and routes of https://auth.xpansiv.com. */
export const host: Host = {
  "name": "auth0",
  "servers": [
    "https://auth.xpansiv.com"
  ],
  "routes": {
    "POST /oauth/token": {
      "read": "json",
      "texts": [
        "access_token"
      ]
    },
    "POST /oauth/revoke": {
      "read": "auto"
    },
    "GET /.well-known/openid-configuration": {
      "read": "json"
    }
  }
};
