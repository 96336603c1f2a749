import { sharedStore } from "../shared/keeper.ts";
import type { Store } from "../types.ts";

/**
 * Keeps the record in this process's memory, so that several sessions of an account share one login.
 *
 * Use it for several sessions in one process, and in tests. Not for a single session, which needs no store, and not for
 * anything that must survive the process or be shared with another one.
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
  return sharedStore({
    read() {
      return Promise.resolve(data && { data: data.slice(), version: String(version) });
    },
    write(next, ifVersion) {
      if (ifVersion !== (data && String(version))) return Promise.resolve(false);
      data = next && new Uint8Array(next);
      return Promise.resolve(String(++version));
    },
  });
}
