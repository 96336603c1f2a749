import type { Store } from "../types.ts";

/**
 * Keeps the record in this process's memory: the store of a session that is given none.
 *
 * Use it for scripts, tests and single processes; give the same one to several sessions of an account to let them share
 * one login. Not for anything that must survive the process or be shared with another one.
 *
 * @returns A store that starts empty.
 *
 * @example Two sessions, one login
 * ```ts
 * import { createSession, login, memoryStore } from "@xsignals/session";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const emulator = createEmulator({ users: { login: "password" } });
 * const store = memoryStore();
 * const strategy = login({ username: "login", password: "password" });
 * const first = createSession({ strategy, store, fetch: emulator.fetch });
 * const second = createSession({ strategy, store, fetch: emulator.fetch });
 *
 * assertEquals(await first.token(), await second.token());
 * ```
 */
export function memoryStore(): Store {
  let data: Uint8Array | null = null;
  let version = 0;
  return {
    read() {
      return Promise.resolve(data && { data: data.slice(), version: String(version) });
    },
    write(next, ifVersion) {
      if (ifVersion !== (data && String(version))) return Promise.resolve(false);
      data = next && new Uint8Array(next);
      return Promise.resolve(String(++version));
    },
  };
}
