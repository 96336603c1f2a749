/**
 * The form in which a client's secret is configured and compared: its SHA-256, never the secret.
 *
 * A plain hash is enough because secrets are made here, of 256 random bits: nobody can try them all. A word that a person
 * chose would need a slow one.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";

const PREFIX = "sha256-";

/** The hash of a secret, 32 bytes. */
export function hashSecret(secret: string): Uint8Array {
  return new Uint8Array(hash("sha256", secret, "buffer"));
}

/** A hash as it is configured: `sha256-` and 43 characters of base64url. */
export function formatHash(hash: Uint8Array): string {
  return PREFIX + Buffer.from(hash).toString("base64url");
}

/** The hash that such a text tells; `undefined` when it is none. */
export function parseHash(text: unknown): Uint8Array | undefined {
  if (typeof text !== "string" || !/^sha256-[\w-]{43}$/.test(text)) return undefined;
  const hash = new Uint8Array(Buffer.from(text.slice(PREFIX.length), "base64url"));
  return formatHash(hash) === text ? hash : undefined; // the last character has two bits to spare
}
