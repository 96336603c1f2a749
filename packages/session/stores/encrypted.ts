/**
 * Encrypts a session's record before any other store gets it.
 *
 * @module
 */
import { checkOptions } from "../options.ts";
import { sharedStore } from "../shared/keeper.ts";
import type { Store, StoreEngine } from "../types.ts";
import { seal, unseal } from "./encrypted_form.ts";
import { checkKey, type EncryptionKey, encryptionKeyId, importKey } from "./encryption_key.ts";

export { encryptionKeyId };

/** Options of {@link encryptedStore}. */
export interface EncryptionOptions {
  /** The keys, 32 random bytes each; they are copied. The first one encrypts, all of them decrypt. */
  readonly keys: readonly Uint8Array[];
  /**
   * A name for the place of the record, such as its key in the database; the same for all that share it. A record that was
   * encrypted under another name is refused, so that nobody can replace one account's record by another's. Not a secret.
   */
  readonly entry: string;
}

/**
 * Wraps a store, so that its record is encrypted: AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits for each
 * write. The key's id, the entry's name and the version of the form are authenticated with it.
 *
 * Use it if others can read the database, its backups or the disk. They see neither the tokens nor whose they are, and every
 * change is noticed. It does not protect from people who have the key, such as those who deploy the program. Somebody who
 * can write may put back an older record of the same entry or remove it: that costs a login, or ends a session without
 * credentials. The record's length is not hidden.
 *
 * Make a key with `openssl rand -base64 32`, keep it with the program's other secrets, and decode it as in the example. To
 * change it, deploy three times: `[old, new]`, so that all can read what the new one encrypts; `[new, old]`; and `[new]`
 * once the record was written again, which every login and renewal does. If a key is lost, remove the record: the session
 * logs in again.
 *
 * @param store The store to wrap: `changed` and `exclusive` work if it has them, and it stays yours to close.
 * @param options `keys`, the newest first; `entry`, a name for the place.
 * @returns The store. `read` rejects with a `SessionError`, code `store_failed`, that says why the record cannot be
 * decrypted: a key is missing (the message has its {@link encryptionKeyId}); the record was changed or belongs to another
 * entry, which nothing tells apart; it is not encrypted, or cut off; a later version of the form wrote it. None of this is
 * taken for "logged out" or for "no record". Errors of the wrapped store come as they are.
 * @throws {TypeError} If an option is wrong or unknown, a key is a passphrase, or its bytes are not random.
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
  return sharedStore({
    async read() {
      const stored = await store.read();
      return stored && { data: await unseal(await imported(), entry, stored.data), version: stored.version };
    },
    async write(data, ifVersion) {
      if (data === null) return await store.write(null, ifVersion);
      const [first] = await imported();
      return await store.write(await seal(first!, entry, data), ifVersion);
    },
    ...(store.changed && { changed: (...args) => store.changed!(...args) } satisfies Partial<StoreEngine>),
    ...(store.exclusive && { exclusive: (...args) => store.exclusive!(...args) } satisfies Partial<StoreEngine>),
  });
}

function check(store: Store, options: EncryptionOptions): void {
  if (typeof store?.keeper !== "function") {
    throw new TypeError("Cannot make the encrypted store: it needs a store to wrap, such as kvStore()");
  }
  checkOptions("the encrypted store", options, {
    keys: ["a list of keys", (value) => Array.isArray(value) && value.length > 0],
    // Lone surrogates all become the same bytes.
    entry: ["a non-empty string", (value) => typeof value === "string" && value !== "" && !/\p{Cs}/u.test(value)],
  });
  if (options.keys === undefined) throw new TypeError("Cannot make the encrypted store: it needs keys");
  if (options.entry === undefined) throw new TypeError("Cannot make the encrypted store: it needs an entry");
}
