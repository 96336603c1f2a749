import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { randomText } from "./random.ts";
import type { Issuer } from "./session.ts";

/** How Auth0's access tokens are signed. */
export type Auth0Algorithm = "RS256" | "ES256" | "HS256";

/** A key to sign with and the key to check with; the same secret where the algorithm has only one. */
export interface SigningKey {
  readonly issuer: Issuer;
  readonly id: string;
  readonly algorithm: string;
  readonly sign: CryptoKey | Uint8Array;
  readonly verify: CryptoKey | Uint8Array;
}

/** The keys of both servers: other ones in each emulator, a pair made only when it is used. */
export interface Keys {
  of(issuer: Issuer): Promise<SigningKey>;
  /** The key that a token names in its header. */
  find(id: unknown): Promise<SigningKey | undefined>;
  /** What Auth0 publishes; nothing for an algorithm that has a secret. */
  published(): Promise<{ readonly keys: JWK[] }>;
}

/** Makes the keys; the API's own tokens are signed with a secret. */
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

/** Signs claims with a key, which the token's header names. */
export function signJwt({ id, algorithm, sign }: SigningKey, claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: algorithm, typ: "JWT", kid: id }).sign(sign);
}

function secretKey(issuer: Issuer): SigningKey {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  return { issuer, algorithm: "HS256", id: randomText(), sign: secret, verify: secret };
}

async function pairKey(algorithm: "RS256" | "ES256"): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  return { issuer: "auth0", algorithm, id: randomText(), sign: privateKey, verify: publicKey };
}
