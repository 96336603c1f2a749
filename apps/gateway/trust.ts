// What a client has in place of a secret: who must sign its assertions, and what they must say.
import { createPublicKey, hash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { JWK } from "jose";

type Claims = Readonly<Record<string, unknown>>;

/** Throws the fault of an entry, if it has that one. */
export type Refuse = (isWrong: boolean, what: string) => void;

/** What a client has instead of a secret: who must have signed its assertions, and what they must say. */
export interface Trust {
  /** The platform, or the client's own id. */
  readonly issuer: string;
  readonly subject?: string | undefined;
  readonly claims: Claims;
  /** In seconds. */
  readonly maxLife: number;
  /** The client's own keys; absent: those that the platform publishes. */
  readonly keys?: readonly JWK[];
  /** Names this trust, or each of the keys, in 32 bytes: whatever changes in it changes its name. */
  readonly marks: readonly Uint8Array[];
}

/** Algorithms with a public key: whoever can check an HS256 can make one. Ed25519 is EdDSA's later name (RFC 9864). */
export const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"];

/** Claims that each have a rule of their own. */
const OWN_CLAIMS = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/**
 * Reads what an entry has in place of hashes: `assertion`, `{ "issuer", "subject"?, "claims"?, "maxLife"? }`, or `jwks`, public
 * keys, `{ "keys": [{ "kty", … }] }`. `undefined`: neither.
 */
export function parseTrust(id: string, assertion: unknown, jwks: unknown, refuse: Refuse): Trust | undefined {
  if (jwks !== undefined) {
    const { keys } = Object(jwks);
    const list = Array.isArray(keys) ? keys : [];
    refuse(list.length < 1 || list.length > 8, "has jwks without keys, or with over 8");
    refuse(!list.every(isPublic), "has a key that is not a public one of RSA (2048 bits), P-256 or Ed25519");
    refuse(new Set(list.map((key) => Object(key).kid)).size < list.length, "has two keys with the same kid");
    return { issuer: id, subject: id, claims: {}, maxLife: 3_600, keys: list, marks: list.map(markOf) };
  }
  if (assertion === undefined) return undefined;
  const { issuer, subject, claims = {}, maxLife = 3_600, ...others } = Object(assertion);
  const names = Object.keys(Object(claims));
  refuse(Object.keys(others).length > 0, "has an assertion with a member besides issuer, subject, claims, maxLife");
  refuse(!isIssuer(issuer), "has an assertion whose issuer is not an https address such as https://issuer.example");
  refuse(!/^(undefined|string)$/.test(typeof subject) || subject === "", "has an assertion whose subject is not text");
  const isObject = Object.prototype.toString.call(claims) === "[object Object]";
  refuse(!isObject, "has an assertion whose claims are not an object");
  const isOwn = names.some((name) => OWN_CLAIMS.includes(name));
  refuse(isOwn, `has an assertion whose claims name one of ${OWN_CLAIMS.join(", ")}`);
  refuse(subject === undefined && names.length === 0, "has an assertion that every program of the platform has");
  const isLife = Number.isSafeInteger(maxLife) && maxLife >= 1 && maxLife <= 86_400;
  refuse(!isLife, "has an assertion whose maxLife is not 1 to 86400");
  return { issuer, subject, claims, maxLife, marks: [markOf({ issuer, subject, claims, maxLife })] };
}

/** What two entries must not have in common. */
export function sameness({ issuer, subject, claims }: Trust): string {
  return canonical({ issuer, subject, claims });
}

/** Whether the claims are what an entry asks for. Values are compared by type. */
export function fits({ subject, claims: asked }: Trust, claims: Claims): boolean {
  const isAsAsked = (name: string) => Object.hasOwn(claims, name) && isDeepStrictEqual(claims[name], asked[name]);
  return (subject === undefined || claims.sub === subject) && Object.keys(asked).every(isAsAsked);
}

/** Whether an address can be trusted to be whose it is: https, or this very machine. */
export function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && /^(localhost|\[::1\]|127(\.\d+){3})$/.test(hostname));
}

function isIssuer(text: unknown): boolean {
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && isSafe(url) && [text, `${text}/`].includes(url.href) && !/[?#@]/.test(url.href);
}

/** Whether a key can verify, and nothing else. */
function isPublic(jwk: unknown): boolean {
  const { d, kty, crv, n = "" } = Object(jwk);
  const isKnown = kty === "RSA" ? n.length >= 342 : /^(EC P-256|OKP Ed25519)$/.test(`${kty} ${crv}`);
  try {
    return isKnown && d === undefined && createPublicKey({ key: { ...Object(jwk) }, format: "jwk" }).type === "public";
  } catch {
    return false;
  }
}

function markOf(what: object): Uint8Array {
  return new Uint8Array(hash("sha256", canonical(what), "buffer"));
}

/** JSON whose members are in order. */
function canonical(value: object): string {
  return JSON.stringify(value, (_, one) => {
    const isObject = typeof one === "object" && one !== null && !Array.isArray(one);
    return isObject ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => a < b ? -1 : 1)) : one;
  });
}
