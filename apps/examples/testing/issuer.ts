/**
 * An issuer as Deno Deploy has one, on loopback: tokens of five minutes about one deployment, and keys that it changes when
 * `POST /rotate` asks it to.
 *
 * @module
 */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";

/** What it says of the one deployment; the names are those of Deno Deploy's documents. */
export const CLAIMS = { sub: "deployment:my-org/my-app/production", org_id: "729adb8f", app_id: "16ad21d8" };

async function makeKey() {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = await exportJWK(publicKey);
  return { privateKey, jwk: { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: "ES256", use: "sig" } };
}

if (import.meta.main) {
  let key = await makeKey();
  const onListen = ({ port }: { port: number }) => console.log(`Listening on http://127.0.0.1:${port}`);
  Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, async (request) => {
    const { origin, pathname, searchParams } = new URL(request.url);
    switch (`${request.method} ${pathname}`) {
      case "GET /.well-known/openid-configuration":
        return Response.json({ issuer: origin, jwks_uri: `${origin}/.well-known/jwks.json` });
      case "GET /.well-known/jwks.json":
        return Response.json({ keys: [key.jwk] });
      case "GET /token": {
        const now = Math.floor(Date.now() / 1000);
        const claims = {
          iss: origin,
          aud: searchParams.get("audience")!,
          ...CLAIMS,
          iat: now,
          nbf: now - 60,
          exp: now + 300,
        };
        const { alg, kid } = key.jwk;
        return new Response(await new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(key.privateKey));
      }
      case "POST /rotate":
        key = await makeKey();
        return new Response();
    }
    return new Response(null, { status: 404 });
  });
}
