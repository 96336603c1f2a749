import { base64url, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import type { Issuer } from "./operations.ts";

/** How Auth0's access tokens are signed. */
export type Auth0Algorithm = "RS256" | "ES256" | "HS256";

/** A key to sign with and a key to check with; the same secret if the algorithm has only one. */
export interface SigningKey {
  readonly issuer: Issuer;
  readonly id: string;
  readonly algorithm: string;
  readonly sign: CryptoKey | Uint8Array;
  readonly verify: CryptoKey | Uint8Array;
}

/** The keys of both servers. Each emulator has its own, and makes the slow ones on first use. */
export interface Keys {
  of(issuer: Issuer): Promise<SigningKey>;
  /** The key that a token names in its header. */
  find(id: unknown): Promise<SigningKey | undefined>;
  /** The keys that Auth0 publishes; none for an algorithm with a secret. */
  published(): Promise<{ readonly keys: JWK[] }>;
}

/** Makes the keys. A secret signs the API's own tokens. */
export function createKeys(algorithm: Auth0Algorithm): Keys {
  const api = Promise.resolve(secretKey("api"));
  let auth0: Promise<SigningKey> | undefined;

  function of(issuer: Issuer): Promise<SigningKey> {
    if (issuer === "api") return api;
    return auth0 ??= algorithm === "HS256" ? Promise.resolve(secretKey("auth0")) : pairKey(algorithm);
  }

  return {
    of,
    async find(id) {
      return (await Promise.all([api, auth0])).find((key) => key?.id === id);
    },
    async published() {
      const { id, verify } = await of("auth0");
      if (verify instanceof Uint8Array) return { keys: [] };
      return { keys: [{ ...await exportJWK(verify), kid: id, alg: algorithm, use: "sig" }] };
    },
  };
}

/** Signs claims; the token's header names the key. */
export function signJwt({ id, algorithm, sign }: SigningKey, claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: algorithm, typ: "JWT", kid: id }).sign(sign);
}

/** A string that nobody can guess: 32 random bytes as base64url without padding. */
export function randomText(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
}

function secretKey(issuer: Issuer): SigningKey {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  return { issuer, algorithm: "HS256", id: randomText(), sign: secret, verify: secret };
}

async function pairKey(algorithm: "RS256" | "ES256"): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  return { issuer: "auth0", algorithm, id: randomText(), sign: privateKey, verify: publicKey };
}
