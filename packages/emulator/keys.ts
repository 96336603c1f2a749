import { exportJWK, generateKeyPair, type JWK } from "jose";
import { randomText } from "./random.ts";

/** How Auth0's access tokens are signed. */
export type Auth0Algorithm = "RS256" | "ES256" | "HS256";

/** A key to sign with and the key to check with; the same secret where the algorithm has only one. */
export interface SigningKey {
  readonly algorithm: string;
  readonly id: string;
  readonly sign: CryptoKey | Uint8Array;
  readonly verify: CryptoKey | Uint8Array;
}

/** The keys of both servers: made when first used, other ones in each emulator. */
export interface Keys {
  api(): Promise<SigningKey>;
  auth0(): Promise<SigningKey>;
  /** What Auth0 publishes. */
  published(): Promise<{ keys: JWK[] }>;
}

/** Makes the keys; the API's own tokens are signed with a secret, which is not published. */
export function createKeys(algorithm: Auth0Algorithm): Keys {
  const api = secretKey();
  let auth0: Promise<SigningKey> | undefined;

  function auth0Key(): Promise<SigningKey> {
    return auth0 ??= algorithm === "HS256" ? Promise.resolve(secretKey()) : pairKey(algorithm);
  }

  return {
    api: () => Promise.resolve(api),
    auth0: auth0Key,
    async published() {
      const { id, verify } = await auth0Key();
      if (verify instanceof Uint8Array) return { keys: [] };
      return { keys: [{ ...await exportJWK(verify), kid: id, alg: algorithm, use: "sig" }] };
    },
  };
}

function secretKey(): SigningKey {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  return { algorithm: "HS256", id: randomText(), sign: secret, verify: secret };
}

async function pairKey(algorithm: "RS256" | "ES256"): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  return { algorithm, id: randomText(), sign: privateKey, verify: publicKey };
}
