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

const ENTRIES = { auth0, client, encrypted, env, file, kv, postgres, retry, session, shared, testing };

/** What each entry point of client and session exports, sorted, by the last part of its name. */
export function exportedNames(): Record<string, string[]> {
  return Object.fromEntries(Object.entries(ENTRIES).map(([name, entry]) => [name, Object.keys(entry).sort()]));
}
