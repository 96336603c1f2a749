/**
 * What an entry of the clients' file trusts instead of a secret: a platform's word about a subject, or keys of the client's own.
 *
 * @module
 */
import { createPublicKey, hash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { JWK } from "jose";

/** Who must have signed an assertion, and what it must say. */
export interface Trust {
  /** The `iss` of its assertions: the platform's, or the client's id. */
  readonly issuer: string;
  /** Their `sub`, if it is asked for. */
  readonly subject?: string;
  /** Other claims that they must have, and the values. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** How long they may live, in seconds. */
  readonly maxLife: number;
  /** The client's own keys; absent: the platform's, which it publishes. */
  readonly keys?: readonly JWK[];
  /** Names this trust, or each of the keys, in 32 bytes: whatever changes in it changes its name. */
  readonly marks: readonly Uint8Array[];
}

/** Algorithms with a public key: whoever can check a signature of HS256 can make it. Ed25519 is EdDSA's later name (RFC 9864). */
export const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"];

const [LIFE, LONGEST_LIFE] = [3_600, 86_400]; // in seconds
const MAX_KEYS = 8;

/** Claims that are checked anyway, each by a rule of its own. */
const OWN_CLAIMS = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/**
 * Reads the member `assertion` of an entry: `{ "issuer", "subject"?, "claims"?, "maxLife"? }`.
 *
 * @param wrong Makes the error for what is wrong, in words that go on after the client.
 */
export function parseAssertion(json: unknown, wrong: (why: string) => TypeError): Trust {
  const { issuer, subject, claims = {}, maxLife = LIFE, ...others } = Object(json);
  if (Object.keys(others).length > 0) {
    throw wrong("has an assertion with a member besides issuer, subject, claims, maxLife");
  }
  if (typeof issuer !== "string" || !isIssuer(issuer)) {
    throw wrong("has an assertion whose issuer is not an https address such as https://issuer.example");
  }
  if (subject !== undefined && (typeof subject !== "string" || subject === "")) {
    throw wrong("has an assertion whose subject is not text");
  }
  if (Object.prototype.toString.call(claims) !== "[object Object]") {
    throw wrong("has an assertion whose claims are not an object");
  }
  if (OWN_CLAIMS.some((name) => Object.hasOwn(claims, name))) {
    throw wrong(`has an assertion whose claims name one of ${OWN_CLAIMS.join(", ")}`);
  }
  if (subject === undefined && Object.keys(claims).length === 0) {
    throw wrong("has an assertion with neither a subject nor claims, which every program of the platform has");
  }
  if (!Number.isSafeInteger(maxLife) || maxLife < 1 || maxLife > LONGEST_LIFE) {
    throw wrong(`has an assertion whose maxLife is not a whole number from 1 to ${LONGEST_LIFE}, of seconds`);
  }
  const marks = [markOf({ issuer, subject, claims, maxLife })];
  return { issuer, ...(subject === undefined ? {} : { subject }), claims, maxLife, marks };
}

/** Reads the member `jwks` of an entry, public keys of the client with this id: `{ "keys": [{ "kty", … }] }`. */
export function parseKeys(json: unknown, id: string, wrong: (why: string) => TypeError): Trust {
  const { keys, ...others } = Object(json);
  const isList = Array.isArray(keys) && keys.length >= 1 && keys.length <= MAX_KEYS;
  if (!isList || Object.keys(others).length > 0) throw wrong(`has jwks without keys, or with over ${MAX_KEYS} of them`);
  if (!keys.every(isPublic)) {
    throw wrong("has jwks with a key that is not a public one of RSA (2048 bits), P-256 or Ed25519");
  }
  if (keys.length > 1 && new Set(keys.map(({ kid }) => kid ?? "")).size < keys.length) {
    throw wrong("has jwks with several keys, and each needs a kid of its own");
  }
  return { issuer: id, subject: id, claims: {}, maxLife: LIFE, keys, marks: keys.map(markOf) };
}

/** What tells two entries apart, whatever the order of their claims. */
export function sameness({ issuer, subject, claims }: Trust): string {
  return canonical({ issuer, subject, claims });
}

/** The first of what an entry asks for that the claims have not; `undefined`: they fit. Claims are compared by type. */
export function misfit(
  { subject, claims: asked }: Trust,
  claims: Readonly<Record<string, unknown>>,
): string | undefined {
  if (subject !== undefined && claims.sub !== subject) return "sub";
  return Object.keys(asked).find((name) =>
    !Object.hasOwn(claims, name) || !isDeepStrictEqual(claims[name], asked[name])
  );
}

/** Whether keys may be asked for at an address: https, or this very machine. */
export function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && /^(localhost|\[::1\]|127(\.\d+){3})$/.test(hostname));
}

function isIssuer(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && isSafe(url) && [text, `${text}/`].includes(url.href) && !/[?#@]/.test(text);
}

/** Whether it is a public key that can verify, and holds nothing of a private one. */
function isPublic(jwk: JWK): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey({ key: { ...jwk }, format: "jwk" });
    if ("d" in jwk || jwk.use === "enc") return false;
    if (asymmetricKeyType === "rsa") return (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
    return asymmetricKeyType === "ed25519" || (asymmetricKeyType === "ec" && jwk.crv === "P-256");
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
