/**
 * What an entry of the clients' file trusts instead of a secret: a platform's word about a subject, or the client's own keys.
 *
 * @module
 */
import { createPublicKey, hash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { JWK } from "jose";

type Claims = Readonly<Record<string, unknown>>;

/** Who must have signed an assertion, and what it must say. */
export interface Trust {
  /** The `iss` of its assertions: the platform's, or the client's id. */
  readonly issuer: string;
  /** Their `sub`; absent: any. */
  readonly subject?: string | undefined;
  /** Other claims that they must have, and the values. */
  readonly claims: Claims;
  /** How long they may live, in seconds. */
  readonly maxLife: number;
  /** The client's own keys; absent: those that the platform publishes. */
  readonly keys?: readonly JWK[];
  /** Names this trust, or each of the keys, in 32 bytes: whatever changes in it changes its name. */
  readonly marks: readonly Uint8Array[];
}

/** Makes the error for what is wrong with a client, in words that go on after it. */
type Wrong = (why: string) => TypeError;

/** Algorithms with a public key: whoever can check an HS256 can make one. Ed25519 is EdDSA's later name (RFC 9864). */
export const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"];

const [LIFE, LONGEST_LIFE] = [3_600, 86_400]; // in seconds
const MAX_KEYS = 8;

/** Claims that each have a rule of their own. */
const OWN_CLAIMS = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/**
 * Reads what an entry has in place of hashes: `assertion`, `{ "issuer", "subject"?, "claims"?, "maxLife"? }`, or `jwks`, public
 * keys, `{ "keys": [{ "kty", … }] }`. `undefined`: neither.
 */
export function parseTrust(id: string, assertion: unknown, jwks: unknown, wrong: Wrong): Trust | undefined {
  if (assertion !== undefined) return parseAssertion(assertion, wrong);
  if (jwks === undefined) return undefined;
  const { keys } = Object(jwks);
  const fault = faultIn([
    [!Array.isArray(keys) || keys.length < 1 || keys.length > MAX_KEYS, `jwks without keys, or with over ${MAX_KEYS}`],
    [!Array.from(keys ?? []).every(isPublic), "a key that is not a public one of RSA (2048 bits), P-256 or Ed25519"],
    [new Set(Array.from(keys ?? [], (key) => Object(key).kid)).size < keys?.length, "two keys with the same kid"],
  ]);
  if (fault !== undefined) throw wrong(`has ${fault}`);
  return { issuer: id, subject: id, claims: {}, maxLife: LIFE, keys, marks: keys.map(markOf) };
}

function parseAssertion(json: unknown, wrong: Wrong): Trust {
  const { issuer, subject, claims = {}, maxLife = LIFE, ...others } = Object(json);
  const isForAll = subject === undefined && Object.keys(Object(claims)).length === 0;
  const isOwnAsked = OWN_CLAIMS.some((name) => Object.hasOwn(Object(claims), name));
  const isLifeWrong = !Number.isSafeInteger(maxLife) || maxLife < 1 || maxLife > LONGEST_LIFE;
  const fault = faultIn([
    [Object.keys(others).length > 0, "with a member besides issuer, subject, claims, maxLife"],
    [!isIssuer(issuer), "whose issuer is not an https address such as https://issuer.example"],
    [subject !== undefined && (typeof subject !== "string" || subject === ""), "whose subject is not text"],
    [Object.prototype.toString.call(claims) !== "[object Object]", "whose claims are not an object"],
    [isOwnAsked, `whose claims name one of ${OWN_CLAIMS.join(", ")}`],
    [isForAll, "with neither a subject nor claims, and so for every program of the platform"],
    [isLifeWrong, `whose maxLife is not a whole number from 1 to ${LONGEST_LIFE}, of seconds`],
  ]);
  if (fault !== undefined) throw wrong(`has an assertion ${fault}`);
  return { issuer, subject, claims, maxLife, marks: [markOf({ issuer, subject, claims, maxLife })] };
}

function faultIn(checks: readonly (readonly [isWrong: boolean, what: string])[]): string | undefined {
  return checks.find(([isWrong]) => isWrong)?.[1];
}

/** What two entries must not have in common. */
export function sameness({ issuer, subject, claims }: Trust): string {
  return canonical({ issuer, subject, claims });
}

/** The first claim that is not as an entry asks for it; `undefined`: they fit. Values are compared by type. */
export function misfit({ subject, claims: asked }: Trust, claims: Claims): string | undefined {
  if (subject !== undefined && claims.sub !== subject) return "sub";
  const names = Object.keys(asked);
  return names.find((name) => !Object.hasOwn(claims, name) || !isDeepStrictEqual(claims[name], asked[name]));
}

/** Whether an address can be trusted to be whose it is: https, or this very machine. */
export function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && /^(localhost|\[::1\]|127(\.\d+){3})$/.test(hostname));
}

function isIssuer(text: unknown): boolean {
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && isSafe(url) && [text, `${text}/`].includes(url.href) && !/[?#@]/.test(url.href);
}

/** Whether a key can only verify. */
function isPublic(jwk: unknown): boolean {
  try {
    const key = { ...Object(jwk) };
    const { asymmetricKeyType: type, asymmetricKeyDetails } = createPublicKey({ key, format: "jwk" });
    const isKnown = type === "ed25519" || (type === "ec" && key.crv === "P-256") ||
      (type === "rsa" && asymmetricKeyDetails!.modulusLength! >= 2048);
    return isKnown && !("d" in key) && key.use !== "enc";
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
