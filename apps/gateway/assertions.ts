import { Buffer, isUtf8 } from "node:buffer";
import { hash } from "node:crypto";
import { compactVerify, createLocalJWKSet, errors, type JWTVerifyGetKey } from "jose";
import type { ClientBook } from "./client_book.ts";
import type { Authenticated, Client } from "./clients.ts";
import type { IssuerKeys } from "./issuer_keys.ts";
import { AssertionRefused } from "./oauth_error.ts";
import { ALGORITHMS, misfit, type Trust } from "./trust.ts";
import { UpstreamUnavailable } from "./upstream.ts";

/** A client that trusts somebody's word. */
type Trusting = Client & { readonly trust: Trust };

/** The parameter that an assertion is. */
export type Way = "assertion" | "client_assertion";

/**
 * Finds the client that an assertion is for: a JWT that says who asks (RFC 7523, 3).
 *
 * @param as How it was sent: a platform's as `assertion` (RFC 7523, 2.1), the client's own as `client_assertion` (2.2).
 * @param mayVerify Is asked before a signature is checked, and throws if that is too much work for this caller.
 * @throws {AssertionRefused} If no client is, or two are.
 * @throws {UpstreamUnavailable} While the issuer's keys cannot be had.
 */
export type CheckAssertion = (text: string, as: Way, mayVerify?: () => void) => Promise<Proved>;

/** How much clocks may differ, in seconds. */
const LEEWAY = 60;

/** How long a verified assertion is known, in ms, and how many are. */
const [MEMORY, MAX_KNOWN] = [60_000, 4_096];

/** What an assertion proved. */
type Proved = Authenticated & { readonly client: Trusting; readonly subject: string };

/** What an assertion says, before anybody knows who says it. */
type Parsed = Readonly<Record<"header" | "claims", ReturnType<typeof JSON.parse>>>;

/** Makes the checker of assertions for this audience, the gateway's origin. The time is in ms since 1970. */
export function assertionChecker(
  audience: string,
  clients: ClientBook,
  keysOf: (issuer: string) => IssuerKeys,
  now: () => number,
): CheckAssertion {
  /** What was verified, by a hash of the assertion: until when it counts, and what must not have changed meanwhile. */
  const known = new Map<string, { proved: Proved; until: number; listed: readonly Client[]; version: number }>();
  const own = new WeakMap<Trust, JWTVerifyGetKey>();
  const isLive = ({ expiresAt = Infinity }: Client) => expiresAt > now();
  const versionOf = ({ keys, issuer }: Trust) => keys ? 0 : keysOf(issuer).version();

  /** The one client that the claims are for, by all but the signature. */
  function clientFor({ claims }: Parsed, as: Way, listed: readonly Client[]): Trusting {
    const { iss, sub, aud, exp, nbf = -Infinity, iat } = claims;
    const isOf = ({ issuer, keys }: Trust) => issuer === iss && (keys !== undefined) === (as === "client_assertion");
    const trusting = listed.filter((one): one is Trusting => isLive(one) && one.trust !== undefined && isOf(one.trust));
    if (trusting.length === 0) throw new AssertionRefused("issuer_unknown");
    if (typeof sub !== "string") throw new AssertionRefused("no_subject");
    if ((Array.isArray(aud) && aud.length === 1 ? aud[0] : aud) !== audience) {
      throw new AssertionRefused("wrong_audience");
    }
    const fitting = trusting.filter(({ trust }) => misfit(trust, claims) === undefined);
    const [client, ...others] = fitting;
    if (!client) throw new AssertionRefused("no_entry");
    if (others.length > 0) throw new AssertionRefused(`two_entries: ${fitting.map(({ id }) => id).join(", ")}`);
    if (![exp, iat].every(Number.isFinite) || typeof nbf !== "number") throw new AssertionRefused("times_missing");
    const seconds = now() / 1000;
    if (exp + LEEWAY <= seconds) throw new AssertionRefused("expired");
    if (Math.max(nbf, iat) - LEEWAY > seconds) throw new AssertionRefused("not_yet_valid");
    if (exp <= iat || exp - iat > client.trust.maxLife) throw new AssertionRefused("lives_too_long");
    return client;
  }

  /** Checks the signature. Returns the mark of the trust that it proves, and of which version the key was. */
  async function verify(text: string, { trust }: Trusting, { header }: Parsed) {
    const { keys, issuer, marks } = trust;
    const mark = marks[keys && keys.length > 1 ? keys.findIndex(({ kid }) => kid === header.kid) : 0];
    if (!mark) throw new AssertionRefused("no_key");
    const remote = keys ? undefined : keysOf(issuer).find;
    const set = remote ?? own.get(trust) ?? createLocalJWKSet({ keys: [...keys!] });
    if (!remote) own.set(trust, set);
    let version = NaN;
    const find: JWTVerifyGetKey = async (...token) => {
      version = versionOf(trust);
      const key = await set(...token);
      return version === versionOf(trust) ? key : await find(...token); // the keys have changed meanwhile
    };
    const isWrong = (error: unknown) => error instanceof errors.JWSSignatureVerificationFailed;
    try {
      await compactVerify(text, find, { algorithms: ALGORITHMS }).catch(async (error) => {
        if (!isWrong(error) || !remote || remote.coolingDown) throw error;
        await remote.reload(); // the issuer may have another key by the same name
        await compactVerify(text, find, { algorithms: ALGORITHMS });
      });
    } catch (error) {
      if (error instanceof UpstreamUnavailable) throw error;
      throw new AssertionRefused(isWrong(error) ? "wrong_signature" : "no_key");
    }
    return { mark, version };
  }

  return async (text, as, mayVerify = () => {}) => {
    const name = hash("sha256", `${as} ${text}`, "base64url");
    const listed = await clients.list();
    const before = known.get(name);
    const isKnown = before && before.until > now() && before.listed === listed && isLive(before.proved.client);
    if (isKnown && before.version === versionOf(before.proved.client.trust)) return before.proved;
    known.delete(name);
    const parsed = parse(text);
    const client = clientFor(parsed, as, listed);
    mayVerify();
    const { mark, version } = await verify(text, client, parsed);
    const proved = { client, hash: mark, subject: parsed.claims.sub };
    const [oldest] = known.keys();
    if (known.size >= MAX_KNOWN && oldest !== undefined) known.delete(oldest);
    known.set(name, { proved, until: Math.min(now() + MEMORY, parsed.claims.exp * 1000), listed, version });
    return proved;
  };
}

/** Reads header and claims, and refuses what two readers could read in two ways. */
function parse(text: string): Parsed {
  const [, ...parts] = /^([\w-]+)\.([\w-]+)\.[\w-]*$/.exec(text) ?? [];
  const [header, claims] = parts.map(members);
  if (!header || !claims) throw new AssertionRefused("not_a_jwt");
  if (!ALGORITHMS.includes(header.alg)) throw new AssertionRefused("algorithm");
  if (Object.hasOwn(header, "crit")) throw new AssertionRefused("critical_header");
  return { header, claims };
}

function members(part: string): ReturnType<typeof JSON.parse> {
  const bytes = Buffer.from(part, "base64url");
  let [text, json] = [isUtf8(bytes) ? bytes.toString() : "", undefined];
  try {
    json = JSON.parse(text);
  } catch {
    text = "";
  }
  // Of two members with one name, only one is in what was parsed (RFC 7519, 4).
  if (countMembers(text) > countMembers(JSON.stringify(json) ?? "")) throw new AssertionRefused("member_twice");
  return /^\s*\{/.test(text) ? json : undefined;
}

/** How many members the objects in a JSON have: texts before a colon. */
function countMembers(json: string): number {
  return json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g).filter(([, colon]) => colon !== undefined).toArray().length;
}
