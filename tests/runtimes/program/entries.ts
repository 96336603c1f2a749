import * as auth0 from "@xsignals/client/auth0";
import * as client from "@xsignals/client";
import * as encrypted from "@xsignals/session/encrypted";
import * as env from "@xsignals/session/env";
import * as file from "@xsignals/session/file";
import * as kv from "@xsignals/session/kv";
import * as postgres from "@xsignals/session/postgres";
import * as retry from "@xsignals/session/retry";
import * as session from "@xsignals/session";
import * as shared from "@xsignals/session/shared";
import * as testing from "@xsignals/session/testing";

/** What each entry point of client and session exports, sorted: all of them load in every runtime. */
export function exportedNames(): Record<string, string[]> {
  const entries = {
    "@xsignals/client": client,
    "@xsignals/client/auth0": auth0,
    "@xsignals/session": session,
    "@xsignals/session/encrypted": encrypted,
    "@xsignals/session/env": env,
    "@xsignals/session/file": file,
    "@xsignals/session/kv": kv,
    "@xsignals/session/postgres": postgres,
    "@xsignals/session/retry": retry,
    "@xsignals/session/shared": shared,
    "@xsignals/session/testing": testing,
  };
  return Object.fromEntries(Object.entries(entries).map(([name, exports]) => [name, Object.keys(exports).sort()]));
}
