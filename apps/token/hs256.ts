import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";

/**
 * Signs JWTs by HMAC with SHA-256 (RFC 7515, 3.1; RFC 7518, 3.2).
 *
 * By hand, since a library's signer took a quarter of a token request; reading a token is left to a library, since there
 * is more to do wrong.
 */
export function hs256Signer(key: Uint8Array): (claims: object) => string {
  const secret = Buffer.from(key);
  const header = encode({ alg: "HS256", typ: "JWT" });
  return (claims) => {
    const input = `${header}.${encode(claims)}`;
    return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
