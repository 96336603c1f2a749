/**
 * One-way names for secrets, so that a record can tell two of them apart without holding either.
 *
 * @module
 */

/** Names a token: SHA-256, enough for a secret that nobody can guess. */
export async function fingerprint(...parts: string[]): Promise<string> {
  const text = parts.map((part) => `${part.length}:${part}`).join("");
  return toBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text))));
}

/** As many as Cloudflare's workerd allows. */
const ITERATIONS = 100_000;

/**
 * Names a password: salted and slow (PBKDF2), since passwords can be guessed and the record may be read by others.
 *
 * @param secret What to name.
 * @param like An earlier name whose salt to use: the same secret then gets the same name.
 */
export async function slowFingerprint(secret: string, like?: string): Promise<string> {
  const salt = like?.split(".")[0] ?? toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
  const key = await crypto.subtle.importKey("raw", utf8(secret), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt: utf8(salt), iterations: ITERATIONS },
    key,
    128,
  );
  return `${salt}.${toBase64Url(new Uint8Array(bits))}`;
}

/** Whether a name is one of {@link slowFingerprint}'s. */
export function isSlow(name: string): boolean {
  return name.includes(".");
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_");
}
