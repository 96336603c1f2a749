/**
 * The emulator as servers on loopback ports, for clients that need real connections.
 *
 * @module
 */

import { createEmulator, type Emulator } from "./emulator.ts";
import { listen, type Listener } from "./listener.ts";
import type { HostKind } from "./operations.ts";
import type { EmulatorOptions } from "./options.ts";
import { readSettings } from "./settings.ts";

export type { Emulator } from "./emulator.ts";
export type { EmulatorOptions } from "./options.ts";

/** An emulator that listens. */
export interface ServedEmulator {
  /** The emulator: its log, its faults, and the methods that change its state. */
  readonly emulator: Emulator;
  /** The origin of the API, such as `http://127.0.0.1:8787`. */
  readonly api: string;
  /** The origin of Auth0. */
  readonly auth0: string;
  /** The origin of the file host; presigned links point there. */
  readonly files: string;
  /** Stops listening at once and drops every connection. */
  stop(): Promise<void>;
}

/**
 * Makes an emulator and listens for it on 127.0.0.1: the API at `port`, Auth0 at the next one, files at the one after.
 *
 * The port decides which server answers, whatever `Host` says; the issuer of tokens is the origin of the request. Use
 * `createEmulator().fetch` if the client takes a `fetch`: that needs no port and no permission.
 *
 * @param options The emulator's options. `origins` is ignored: they are where it listens.
 * @param port The first port; free ports if 0 or absent.
 * @returns The emulator and where it listens.
 * @throws {TypeError} If an option is wrong.
 * @throws {Error} If a port is in use; `code` is `EADDRINUSE`.
 *
 * @example A login over a real connection
 * ```ts
 * import { serveEmulator } from "@xsignals/emulator/serve";
 * import { assertEquals } from "@std/assert";
 *
 * const { api, stop } = await serveEmulator();
 * const login = await fetch(`${api}/auth/login`, { headers: { authorization: `Basic ${btoa("login:password")}` } });
 * assertEquals(login.status, 200);
 * await login.body?.cancel();
 * await stop();
 * ```
 */
export async function serveEmulator(options: EmulatorOptions = {}, port = 0): Promise<ServedEmulator> {
  readSettings(options); // Reports wrong options before it opens a port.
  const listeners: Listener[] = [];
  let emulator: Emulator | undefined;

  async function stop(): Promise<void> {
    await Promise.all(listeners.map((listener) => listener.close()));
  }

  async function start(host: HostKind, offset: number): Promise<string> {
    const listener = await listen(
      port === 0 ? 0 : port + offset,
      (request, error) => emulator!.handle(host, request, error),
    );
    listeners.push(listener);
    return new URL(`http://127.0.0.1:${listener.port}`).origin; // which has no port 80
  }

  try {
    const api = await start("api", 0);
    const auth0 = await start("auth0", 1);
    const files = await start("files", 2);
    emulator = createEmulator({ ...options, origins: { api: [api], auth0: [auth0], files: [files] } });
    return { emulator, api, auth0, files, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
