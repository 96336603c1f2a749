// `client check`: which client would take a platform's token, and if none would, why.
import { decodeJwt } from "jose";
import { isDeepStrictEqual } from "node:util";
import type { Env } from "@xsignals/session/env";
import { assertionChecker } from "./assertions.ts";
import { clientReader, openClientBook } from "./client_book.ts";
import { readConfig } from "./config.ts";
import { withFiles } from "./deno_world.ts";
import { issuerKeys } from "./issuer_keys.ts";
import { makeAlerts } from "./log.ts";
import { OAuthError } from "./oauth_error.ts";

/** Says which client would take an assertion, and if none, why: what the gateway's log would say, and how each entry differs. */
export async function checkToken(text: string, env: Env, log: (line: string) => void): Promise<boolean> {
  const { issuer: audience, clients } = readConfig(withFiles(env));
  if (audience === undefined) throw new TypeError("Cannot check the token: GATEWAY_ISSUER is not set");
  const read = clientReader(clients, (path) => Deno.readTextFile(path), audience);
  const listed = await read();
  const alerts = makeAlerts(() => {}, Date.now);
  const book = openClientBook(listed, read, Date.now, alerts);
  const check = assertionChecker(audience, book, issuerKeys({ fetch, now: Date.now, alerts }), Date.now);
  const claims = await Promise.try(() => decodeJwt(text)).catch((): ReturnType<typeof decodeJwt> => ({}));
  try {
    const way = listed.get(String(claims.iss))?.trust?.keys ? "client_assertion" : "assertion";
    const { client, subject } = await check(text, way);
    log(`${client.id} takes this token of ${subject}`);
    return true;
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    log(`No client takes this token: ${error.reason}`);
    for (const { id, trust } of listed.values()) {
      const aud = Array.isArray(claims.aud) ? [audience] : audience;
      const must: typeof claims =
        trust && { iss: trust.issuer, aud, sub: trust.subject ?? claims.sub, ...trust.claims } || {};
      const name = Object.keys(must).find((name) => !isDeepStrictEqual(claims[name], must[name]));
      if (name) log(`${id}: ${name} must be ${JSON.stringify(must[name])}, and is ${JSON.stringify(claims[name])}`);
    }
    return false;
  }
}
