import { decodeJwt } from "jose";
import type { Env } from "@xsignals/session/env";
import { assertionChecker } from "./assertions.ts";
import { clientReader, openClientBook } from "./client_book.ts";
import { readConfig } from "./config.ts";
import { issuerKeys } from "./issuer_keys.ts";
import { makeAlerts } from "./log.ts";
import { AssertionRefused } from "./oauth_error.ts";
import { misfit } from "./trust.ts";
import { UpstreamUnavailable } from "./upstream.ts";

/**
 * Says which client would take an assertion, and if none, why: what the gateway's log would say, and how each entry of its
 * issuer differs. It asks the issuer for its keys.
 *
 * @throws {TypeError} When a variable is missing or wrong, or the clients cannot be read.
 */
export async function checkToken(text: string, env: Env, log: (line: string) => void): Promise<boolean> {
  const { issuer: audience, clients } = readConfig(env);
  if (audience === undefined) throw new TypeError("Cannot check the token: GATEWAY_ISSUER is not set");
  const read = clientReader(clients, (path) => Deno.readTextFile(path), audience);
  const listed = await read();
  const now = Date.now;
  const alerts = makeAlerts(() => {}, now);
  const book = openClientBook(listed, read, now, alerts);
  const check = assertionChecker(audience, book, issuerKeys({ fetch, now, alerts }), now);
  const claims = await Promise.try(() => decodeJwt(text)).catch((): ReturnType<typeof decodeJwt> => ({}));
  try {
    const as = listed.get(String(claims.iss))?.trust?.keys ? "client_assertion" : "assertion";
    const { client, subject } = await check(text, as);
    log(`${client.id} takes this token of ${subject}`);
    return true;
  } catch (error) {
    if (!(error instanceof AssertionRefused || error instanceof UpstreamUnavailable)) throw error;
    log(`No client takes this token: ${error.reason}`);
    const tell = (whose: string, name: string, must: unknown) =>
      log(`${whose}: ${name} must be ${JSON.stringify(must)}, and is ${JSON.stringify(claims[name])}`);
    if (error.reason === "wrong_audience") tell("the gateway", "aud", audience);
    for (const { id, trust } of listed.values()) {
      const name = trust && (trust.issuer === claims.iss ? misfit(trust, claims) : "iss");
      if (name) tell(id, name, name === "iss" ? trust.issuer : name === "sub" ? trust.subject : trust.claims[name]);
    }
    return false;
  }
}
