/**
 * An issuer of assertions on loopback, whose answers a test can spoil.
 *
 * @module
 */
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** A key pair of an issuer, or of a client. */
export interface Keys {
  readonly alg: string;
  readonly private: CryptoKey;
  /** The public half, with its `kid`. */
  readonly jwk: JWK;
}

/** Makes a key pair. */
export async function makeKeys(kid: string, alg = "ES256"): Promise<Keys> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, private: privateKey, jwk: { ...await exportJWK(publicKey), kid, alg, use: "sig" } };
}

/** Signs claims; those that are `undefined` are left out. */
export async function sign(keys: Keys, claims: Record<string, unknown>, header: object = {}): Promise<string> {
  const defined = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  return await new SignJWT(defined).setProtectedHeader({ alg: keys.alg, kid: keys.jwk.kid, ...header }).sign(
    keys.private,
  );
}

/** An issuer that listens. */
export interface TestIssuer extends AsyncDisposable {
  /** Its address. */
  readonly origin: string;
  /** The paths that it was asked for. */
  readonly asked: string[];
  /** The keys that it publishes. */
  keys: readonly Keys[];
  /** Answers instead of it; `undefined`: as usual. */
  spoil?: (path: string, request: Request) => Response | Promise<Response> | undefined;
}

/** Starts it. */
export function serveIssuer(keys: readonly Keys[]): TestIssuer {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    issuer.asked.push(pathname);
    return issuer.spoil?.(pathname, request) ??
      (pathname === "/.well-known/openid-configuration"
        ? Response.json({ issuer: issuer.origin, jwks_uri: `${issuer.origin}/jwks` })
        : Response.json({ keys: issuer.keys.map(({ jwk }) => jwk) }));
  });
  const issuer: TestIssuer = {
    origin: `http://127.0.0.1:${server.addr.port}`,
    asked: [],
    keys,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return issuer;
}
