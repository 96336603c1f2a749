// Checks assertions: JWTs by which a platform, or a client with a key of its own, says who asks.
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import * as jose from "jose";
import type { ClientBook } from "./client_book.ts";
import type { Authenticated, Client } from "./clients.ts";
import type { IssuerKeys } from "./issuer_keys.ts";
import { AssertionRefused } from "./oauth_error.ts";
import { ALGORITHMS, fits, type Trust } from "./trust.ts";
import { UpstreamUnavailable } from "./upstream.ts";

/** The parameter that an assertion is sent as: a platform's (RFC 7523, 2.1), or the client's own (2.2). */
export type Way = "assertion" | "client_assertion";

type Trusting = Client & { readonly trust: Trust };
type Proved = Authenticated & { readonly client: Trusting; readonly subject: string };
type Json = ReturnType<typeof JSON.parse>;

/**
 * Finds the client that an assertion is for: a JWT that says who asks (RFC 7523, 3).
 *
 * @param mayVerify Is asked before a signature is checked, and throws if that is too much work for this caller.
 * @throws {AssertionRefused} If no client is, or two are.
 * @throws {UpstreamUnavailable} While the issuer's keys cannot be had.
 */
export type CheckAssertion = (text: string, way: Way, mayVerify?: () => void) => Promise<Proved>;

/** How much clocks may differ, in seconds. */
const LEEWAY = 60;

/** How long a verified assertion is known, in ms, and how many are. */
const [MEMORY, MAX_KNOWN] = [60_000, 4_096];

/** Makes the checker of assertions whose audience is the gateway's origin. */
export function assertionChecker(
  audience: string,
  clients: ClientBook,
  keysOf: (issuer: string) => IssuerKeys,
  now: () => number,
): CheckAssertion {
  /** What was verified, by a hash of the assertion: until when it counts, and what must not have changed meanwhile. */
  const known = new Map<string, { proved: Proved; until: number; listed: readonly Client[]; version: number }>();
  const own = new WeakMap<Trust, jose.JWTVerifyGetKey>();
  const isLive = ({ expiresAt = Infinity }: Client) => expiresAt > now();
  const versionOf = ({ keys, issuer }: Trust) => keys ? 0 : keysOf(issuer).version();

  /** The one client that the claims are for, by all but the signature. */
  function clientFor(claims: Json, way: Way, listed: readonly Client[]): Trusting {
    const { iss, sub, aud, exp, nbf = -Infinity, iat } = claims;
    const isOf = ({ issuer, keys }: Trust) => issuer === iss && (keys === undefined) === (way === "assertion");
    const trusting = listed.filter((one): one is Trusting => isLive(one) && one.trust !== undefined && isOf(one.trust));
    if (trusting.length === 0) throw new AssertionRefused("issuer_unknown");
    if (typeof sub !== "string") throw new AssertionRefused("no_subject");
    if ((Array.isArray(aud) && aud.length === 1 ? aud[0] : aud) !== audience) {
      throw new AssertionRefused("wrong_audience");
    }
    const [client, ...others] = trusting.filter(({ trust }) => fits(trust, claims));
    if (!client) throw new AssertionRefused("no_entry");
    if (others.length > 0) {
      throw new AssertionRefused(`two_entries: ${[client, ...others].map(({ id }) => id).join(", ")}`);
    }
    if (![exp, iat].every(Number.isFinite) || typeof nbf !== "number") throw new AssertionRefused("times_missing");
    const seconds = now() / 1000;
    if (exp + LEEWAY <= seconds) throw new AssertionRefused("expired");
    if (Math.max(nbf, iat) - LEEWAY > seconds) throw new AssertionRefused("not_yet_valid");
    if (exp <= iat || exp - iat > client.trust.maxLife) throw new AssertionRefused("lives_too_long");
    return client;
  }

  /** Checks the signature. Returns the mark of what it proves. */
  async function verify(text: string, { trust }: Trusting, kid: unknown): Promise<Uint8Array> {
    const { keys, issuer, marks } = trust;
    const mark = marks[keys && keys.length > 1 ? keys.findIndex((key) => key.kid === kid) : 0];
    if (!mark) throw new AssertionRefused("no_key");
    const remote = keys ? undefined : keysOf(issuer).find;
    const find = remote ?? own.get(trust) ?? jose.createLocalJWKSet({ keys: [...keys!] });
    if (!remote) own.set(trust, find);
    const isWrong = (error: unknown) => error instanceof jose.errors.JWSSignatureVerificationFailed;
    try {
      await jose.compactVerify(text, find, { algorithms: ALGORITHMS }).catch(async (error) => {
        if (!isWrong(error) || !remote || remote.coolingDown) throw error;
        await remote.reload(); // the issuer may have another key by the same name
        await jose.compactVerify(text, find, { algorithms: ALGORITHMS });
      });
    } catch (error) {
      if (error instanceof UpstreamUnavailable) throw error;
      throw new AssertionRefused(isWrong(error) ? "wrong_signature" : "no_key");
    }
    return mark;
  }

  return async (text, way, mayVerify) => {
    const name = hash("sha256", `${way} ${text}`, "base64url");
    const listed = await clients.list();
    const before = known.get(name);
    const isKnown = before && before.until > now() && before.listed === listed && isLive(before.proved.client);
    if (isKnown && before.version === versionOf(before.proved.client.trust)) return before.proved;
    known.delete(name);
    const [header, claims] = parse(text);
    const client = clientFor(claims, way, listed);
    mayVerify?.();
    const version = versionOf(client.trust); // before: if the keys change meanwhile, nobody knows which of them it was
    const proved = { client, hash: await verify(text, client, header.kid), subject: claims.sub };
    const [oldest] = known.keys();
    if (known.size >= MAX_KNOWN && oldest !== undefined) known.delete(oldest);
    known.set(name, { proved, until: Math.min(now() + MEMORY, claims.exp * 1000), listed, version });
    return proved;
  };
}

/** Reads header and claims, and refuses what two readers could read in two ways. */
function parse(text: string): [header: Json, claims: Json] {
  let read: [header: Json, claims: Json];
  try {
    read = [jose.decodeProtectedHeader(text), jose.decodeJwt(text)];
  } catch {
    throw new AssertionRefused("not_a_jwt");
  }
  // Of two members with one name, only one is in what was read (RFC 7519, 4).
  const parts = text.split(".").slice(0, 2).map((part) => Buffer.from(part, "base64url").toString());
  const isTwice = parts.some((part, index) => countMembers(part) > countMembers(JSON.stringify(read[index])));
  if (isTwice) throw new AssertionRefused("member_twice");
  if (!ALGORITHMS.includes(read[0].alg)) throw new AssertionRefused("algorithm");
  if (Object.hasOwn(read[0], "crit")) throw new AssertionRefused("critical_header");
  return read;
}

/** How many members the objects in a JSON have: texts before a colon. */
function countMembers(json: string): number {
  return json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g).filter(([, colon]) => colon !== undefined).toArray().length;
}
