import type { EmulatorFile, LogEntry } from "@xsignals/emulator";
import { serveEmulator } from "@xsignals/emulator/serve";
import { setTimeout } from "node:timers/promises";

/** An hour, in ms: how long an access token of the API lives. */
export const HOUR = 3_600_000;

/** Both upstream servers, listening on loopback, with a clock that can be moved. */
export interface Upstream extends AsyncDisposable {
  /** Where the API listens. */
  readonly api: string;
  /** Where Auth0 listens. */
  readonly auth0: string;
  /** Where the file host listens. */
  readonly files: string;
  /** The servers' clock, and the sessions'. */
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
  /** Moves the clock. */
  advance(ms: number): void;
  /** Lets a file arrive in a group. */
  addFile(file: EmulatorFile): void;
  /** Makes the next download slow, in bytes a second, or breaks it off after so many bytes. */
  spoilNextDownload(fault: { readonly rate?: number; readonly cutAfter?: number }): void;
  /** What was received since the last time this was called, oldest first. */
  received(): LogEntry[];
  /** All that was received. */
  readonly log: readonly LogEntry[];
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
  const { emulator, stop, ...origins } = await serveEmulator({ ...accounts, now });
  return {
    ...origins,
    log: emulator.log,
    clock: { now, sleep: (ms, signal) => setTimeout(ms, undefined, { signal }) },
    advance(ms) {
      moved += ms;
    },
    addFile(file) {
      emulator.addFile(file);
    },
    spoilNextDownload(fault) {
      emulator.faults.add({ ...fault, operation: "fetchLink" });
    },
    received() {
      const entries = emulator.log.slice(seen);
      seen = emulator.log.length;
      return entries;
    },
    [Symbol.asyncDispose]: stop,
  };
}
