/**
 * Encrypts a session's record before any other store gets it.
 *
 * @module
 */
import type { Store } from "../types.ts";
import { seal, unseal } from "./encrypted_form.ts";
import { checkKey, type EncryptionKey, encryptionKeyId, importKey } from "./encryption_key.ts";

export { encryptionKeyId };

/** Options of {@link encryptedStore}. */
export interface EncryptionOptions {
  /** The keys, 32 random bytes each, which are copied. The first one encrypts, all decrypt. */
  readonly keys: readonly Uint8Array[];
  /**
   * A name for the place of the record, such as its key in the database; the same for all that share it. What was encrypted
   * under another name is refused, so that nobody can put one account's record in another's place. It is no secret.
   */
  readonly entry: string;
}

const NAMES = ["keys", "entry"];

/**
 * Wraps a store, so that what it keeps is encrypted: AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits for each
 * write; the key's id, the entry's name and the version of the form are authenticated with it.
 *
 * Use it where others can read the database, its backups or the disk: they see neither the tokens nor whose they are, and
 * a change is found out. It does not protect from those who have the key, such as whoever deploys the program, nor from
 * one who can write and puts back an older record of the same entry, or removes it: that costs a login, or ends the
 * session where no credentials are held. The record's length is not hidden.
 *
 * Make a key with `openssl rand -base64 32`, keep it with the program's other secrets, and decode it as in the example. To
 * change it, deploy three times: `[old, new]`, so that all can read what the new one encrypts; `[new, old]`; and `[new]`
 * once the record was written anew, which every login and renewal does. When a key is lost, remove the record: the session
 * logs in again.
 *
 * @param store The store to wrap: `changed` and `exclusive` work if it has them, and it stays yours to close.
 * @param options `keys`, the newest first; `entry`, a name for the place.
 * @returns The store. `read` rejects with a `SessionError`, code `store_failed`, that says why the record cannot be
 * decrypted: it needs a key that is not there, named by its {@link encryptionKeyId}; it was changed or belongs to another
 * entry, which cannot be told apart; it is not encrypted, or cut off; a later version of the form wrote it. None of it is
 * taken for "logged out" or for "no record". Errors of the store that it wraps come as they are.
 * @throws {TypeError} When an option is wrong or unknown; a key that is a passphrase, or whose bytes are not random, too.
 *
 * @example The key from a variable, the record in any store
 * ```ts
 * import { createSession, login, memoryStore } from "@xsignals/session";
 * import { encryptedStore } from "@xsignals/session/encrypted";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals, assertMatch } from "@std/assert";
 *
 * const variable = "RqGg+XX5OqIFcsNfP63oDXDCw9jF6jn3nIFAJRFxzLE="; // yours from the environment
 * const key = Uint8Array.from(atob(variable), (char) => char.charCodeAt(0));
 *
 * const store = memoryStore(); // or Deno KV, Postgres, a file
 * const emulator = createEmulator({ users: { login: "password" } });
 * const session = createSession({
 *   strategy: login({ username: "login", password: "password" }),
 *   store: encryptedStore(store, { keys: [key], entry: "xsignals session of login" }),
 *   fetch: emulator.fetch,
 * });
 * await session.token();
 *
 * const { data } = (await store.read())!;
 * assertMatch(new TextDecoder().decode(data), /^XSE/);
 * assertEquals((await session.token()).scheme, "Bearer");
 * ```
 */
export function encryptedStore(store: Store, options: EncryptionOptions): Store {
  check(store, options);
  const { entry } = options;
  const keys = options.keys.map(checkKey);
  let importing: Promise<EncryptionKey[]> | undefined;
  const imported = () => importing ??= Promise.all(keys.map(importKey));
  return {
    async read() {
      const stored = await store.read();
      return stored && { data: await unseal(await imported(), entry, stored.data), version: stored.version };
    },
    async write(data, ifVersion) {
      if (data === null) return await store.write(null, ifVersion);
      const [first] = await imported();
      return await store.write(await seal(first!, entry, data), ifVersion);
    },
    ...(store.changed && { changed: (...args) => store.changed!(...args) } satisfies Partial<Store>),
    ...(store.exclusive && { exclusive: (...args) => store.exclusive!(...args) } satisfies Partial<Store>),
  };
}

function check(store: Store, options: EncryptionOptions): void {
  const wrong = (why: string) => new TypeError(`Cannot make the store: ${why}`);
  if (typeof store?.read !== "function" || typeof store.write !== "function") throw wrong("there is none to wrap");
  if (Object(options) !== options) throw wrong("its options are no object");
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name)) throw wrong(`there is no option ${name}`);
  }
  const { keys, entry } = options;
  if (!Array.isArray(keys) || keys.length === 0) throw wrong("keys is no list of keys");
  // Lone surrogates all become the same bytes.
  if (typeof entry !== "string" || entry === "" || /\p{Cs}/u.test(entry)) throw wrong("entry is no text");
}
