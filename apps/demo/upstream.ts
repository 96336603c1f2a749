import type { LogEntry } from "@xsignals/emulator";
import { serveEmulator } from "@xsignals/emulator/serve";

/** Both upstream servers, listening on loopback, with a clock that can be moved. */
export interface Upstream extends AsyncDisposable {
  /** Where the API listens. */
  readonly api: string;
  /** Where Auth0 listens. */
  readonly auth0: string;
  /** The servers' clock, and the sessions': milliseconds since 1970. */
  now(): number;
  /** Moves the clock. */
  advance(ms: number): void;
  /** What was received since the last time this was called, oldest first. */
  received(): LogEntry[];
}

/**
 * Starts the emulator on free loopback ports.
 *
 * @param accounts Users and Auth0 clients.
 */
export async function startUpstream(
  accounts: { readonly users: Record<string, string>; readonly clients: Record<string, string> },
): Promise<Upstream> {
  let moved = 0;
  let seen = 0;
  const now = () => Date.now() + moved;
  const { emulator, api, auth0, stop } = await serveEmulator({ ...accounts, now });
  return {
    api,
    auth0,
    now,
    advance(ms) {
      moved += ms;
    },
    received() {
      const entries = emulator.log.slice(seen);
      seen = emulator.log.length;
      return entries;
    },
    [Symbol.asyncDispose]: stop,
  };
}
