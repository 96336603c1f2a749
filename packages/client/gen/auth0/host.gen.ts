// Generated from the spec by `deno task generate`. Do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file

import type { Host } from "../../host.ts";

/** The servers and routes of https://auth.xpansiv.com. */
export const host: Host = {
  "name": "auth0",
  "servers": [
    "https://auth.xpansiv.com"
  ],
  "routes": {
    "POST /oauth/token": "json",
    "POST /oauth/revoke": "auto",
    "GET /.well-known/openid-configuration": "json"
  }
};
