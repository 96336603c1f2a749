/**
 * The form of an encrypted record: 3 bytes that name it, its version, the key's id, the nonce, then what AES-256-GCM gives,
 * with the tag of 16 bytes at its end. All before the nonce, and the name of the place, is authenticated with it.
 *
 * @module
 */
import { SessionError } from "../errors.ts";
import { type EncryptionKey, hex, ID_BYTES } from "./encryption_key.ts";

/** "XSE": no JSON begins like this. */
const NAME = [0x58, 0x53, 0x45] as const;
const VERSION = 1;
const ID_AT = NAME.length + 1;
const NONCE_AT = ID_AT + ID_BYTES;
const NONCE_BYTES = 12;
const TEXT_AT = NONCE_AT + NONCE_BYTES;
const TAG_BYTES = 16;

/** Encrypts a record for the place of that name. */
export async function seal({ id, key }: EncryptionKey, place: string, record: Uint8Array): Promise<Uint8Array> {
  const head = new Uint8Array(TEXT_AT);
  head.set([...NAME, VERSION]);
  head.set(id, ID_AT);
  const nonce = crypto.getRandomValues(head.subarray(NONCE_AT));
  const text = await crypto.subtle.encrypt(cipher(head, nonce, place), key, new Uint8Array(record));
  const sealed = new Uint8Array(TEXT_AT + text.byteLength);
  sealed.set(head);
  sealed.set(new Uint8Array(text), TEXT_AT);
  return sealed;
}

/**
 * Decrypts what {@link seal} made.
 *
 * @throws {SessionError} `store_failed`: it is not an encrypted record, has a later form, needs a missing key, or was not
 * encrypted for this place.
 */
export async function unseal(keys: readonly EncryptionKey[], place: string, data: Uint8Array): Promise<Uint8Array> {
  const sealed = new Uint8Array(data);
  if (!NAME.every((byte, at) => sealed[at] === byte) || sealed.length <= NAME.length) {
    throw failed("it is not encrypted");
  }
  const version = sealed[NAME.length];
  if (version !== VERSION) {
    throw failed(`it has form ${version}, and this version of the package knows form ${VERSION}`);
  }
  if (sealed.length < TEXT_AT + TAG_BYTES) throw failed("it is cut off");
  const id = hex(sealed.subarray(ID_AT, NONCE_AT));
  const key = keys.find((one) => hex(one.id) === id);
  if (!key) throw failed(`it needs the key with the id ${id}, which is not among the keys given`);
  const nonce = sealed.subarray(NONCE_AT, TEXT_AT);
  try {
    const record = await crypto.subtle.decrypt(cipher(sealed, nonce, place), key.key, sealed.subarray(TEXT_AT));
    return new Uint8Array(record);
  } catch {
    throw failed("it was changed, or belongs to another entry: authentication failed");
  }
}

function cipher(head: Uint8Array, nonce: Uint8Array<ArrayBuffer>, place: string): AesGcmParams {
  const name = new TextEncoder().encode(place);
  const additionalData = new Uint8Array(NONCE_AT + name.length);
  additionalData.set(head.subarray(0, NONCE_AT));
  additionalData.set(name, NONCE_AT);
  return { name: "AES-GCM", iv: nonce, additionalData, tagLength: TAG_BYTES * 8 };
}

function failed(why: string): SessionError {
  return new SessionError("store_failed", `Cannot decrypt the session's record: ${why}`);
}
