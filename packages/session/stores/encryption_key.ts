/** A key, ready for use. */
export interface EncryptionKey {
  /** Its public name, {@link ID_BYTES} bytes. */
  readonly id: Uint8Array<ArrayBuffer>;
  /** The key itself, which nothing can print or export. */
  readonly key: CryptoKey;
}

/** Length of a key's id, in bytes. */
export const ID_BYTES = 8;

/** Length of a key, in bytes. */
const KEY_BYTES = 32;

/** How many of 32 random bytes differ at least, except in one key of 10^15. */
const DIFFERENT_BYTES = 16;

const ID_LABEL = "xsignals session key id\0";

/**
 * The public name of a key, which errors show: 16 hexadecimal digits, made from the key with SHA-256.
 *
 * Use it to find out which key a stored record needs. It reveals nothing about the key and may be printed.
 *
 * @param key The key: 32 random bytes.
 * @returns The name.
 * @throws {TypeError} If it is not such a key.
 *
 * @example
 * ```ts
 * import { encryptionKeyId } from "@xsignals/session/encrypted";
 * import { assertMatch } from "@std/assert";
 *
 * const key = crypto.getRandomValues(new Uint8Array(32));
 *
 * assertMatch(await encryptionKeyId(key), /^[0-9a-f]{16}$/);
 * ```
 */
export async function encryptionKeyId(key: Uint8Array): Promise<string> {
  return hex(await keyId(checkKey(key)));
}

/**
 * A copy of a key's bytes.
 *
 * @throws {TypeError} If they are not 32, or too alike to be random.
 */
export function checkKey(key: Uint8Array): Uint8Array<ArrayBuffer> {
  const wrong = (why: string) => new TypeError(`Cannot use the encryption key: ${why}`);
  if (typeof key === "string") throw wrong("a key is 32 random bytes in a Uint8Array, not a passphrase");
  if (!(key instanceof Uint8Array)) throw wrong("it is not a Uint8Array");
  if (key.length !== KEY_BYTES) throw wrong(`it must have ${KEY_BYTES} bytes, and has ${key.length}`);
  if (new Set(key).size < DIFFERENT_BYTES) throw wrong("its bytes are not random");
  if (key.every((byte) => byte >= 0x20 && byte < 0x7f)) {
    throw wrong("it is a text; decode it first, for instance from base64");
  }
  return new Uint8Array(key);
}

/** Takes a key's bytes, and wipes them. */
export async function importKey(bytes: Uint8Array<ArrayBuffer>): Promise<EncryptionKey> {
  const id = await keyId(bytes);
  const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  bytes.fill(0);
  return { id, key };
}

/** Bytes as hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function keyId(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const label = new TextEncoder().encode(ID_LABEL);
  const labelled = new Uint8Array(label.length + bytes.length);
  labelled.set(label);
  labelled.set(bytes, label.length);
  const digest = await crypto.subtle.digest("SHA-256", labelled);
  labelled.fill(0);
  return new Uint8Array(digest, 0, ID_BYTES);
}
