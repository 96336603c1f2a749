import type { StoreEngine } from "../types.ts";
import { demand, mustWrite, pause, type Promised } from "./store_case.ts";

const A = Uint8Array.of(1);
const B = Uint8Array.of(2);

/** Longer than any case may take, in ms: who waits for it has not heard of the change. */
const NEVER_MS = 3_600_000;

/** How long `changed` may take at most where nothing changes, in ms. */
const MAX_MS = 60;

/** What a store is given to begin to listen, in ms. */
const BEGIN_MS = 10;

/** What `changed` promises, where it is offered. */
export const CHANGED_CASES: readonly Promised[] = [
  ["changed() resolves when the version is another one already", async (store, _second, over) => {
    const first = await mustWrite(store, A, null);
    await wait(store, null, over);
    await mustWrite(store, B, first);
    await wait(store, first, over);
  }],
  ["changed() resolves after a write", async (store, second, over) => {
    let newest: string | null = null;
    for (const writer of [second, store, second]) {
      const version: string | null = newest;
      newest = await hears(store, version, over, () => mustWrite(writer, A, version));
    }
  }],
  ["changed() resolves after a removal", async (store, second, over) => {
    const version = await mustWrite(store, A, null);
    await hears(store, version, over, () => mustWrite(second, null, version));
  }],
  ["changed() resolves for all who wait", async (store, second, over) => {
    const version = await mustWrite(store, A, null);
    const heard = Promise.all(Array.from({ length: 5 }, () => wait(store, version, over)));
    heard.catch(() => {}); // of no use when the write fails
    await mustWrite(second, A, version);
    await heard;
  }],
  ["changed() resolves after maxMs, and not at once, while nothing changes", async (store, _second, over) => {
    const version = await mustWrite(store, A, null);
    const start = performance.now();
    await wait(store, version, over, MAX_MS);
    const took = performance.now() - start;
    demand(
      took > MAX_MS / 2,
      `changed() resolved after ${Math.round(took)} ms of ${MAX_MS}, though nothing had changed`,
    );
  }],
  ["changed() ends with the signal", async (store) => {
    const version = await mustWrite(store, A, null);
    const reason = new Error("enough");
    await endsBy(reason, wait(store, version, AbortSignal.abort(reason)));
    const late = new AbortController();
    const ended = endsBy(reason, wait(store, version, late.signal));
    await pause(BEGIN_MS);
    late.abort(reason);
    await ended;
  }],
  ["changed() leaves nothing on the signal", async (store, second, over) => {
    const own = new AbortController();
    over.addEventListener("abort", () => own.abort());
    const listeners = countListeners(own.signal);
    const version = await mustWrite(store, A, null);
    await wait(store, version, own.signal, 1);
    await hears(store, version, own.signal, () => mustWrite(second, A, version));
    demand(listeners.size === 0, `changed() left ${listeners.size} listeners on the signal after it resolved`);
  }],
];

async function wait(store: StoreEngine, version: string | null, signal: AbortSignal, maxMs = NEVER_MS): Promise<void> {
  demand(store.changed !== undefined, "there is no changed()");
  await store.changed(version, maxMs, signal);
}

/** Waits from before the change until it was heard of. */
async function hears<T>(
  store: StoreEngine,
  version: string | null,
  signal: AbortSignal,
  change: () => Promise<T>,
): Promise<T> {
  const heard = wait(store, version, signal);
  heard.catch(() => {}); // of no use when the change fails
  await pause(BEGIN_MS);
  const result = await change();
  await heard;
  return result;
}

async function endsBy(reason: unknown, waiting: Promise<void>): Promise<void> {
  try {
    await waiting;
  } catch (error) {
    demand(error === reason, "changed() rejected with another error than the signal's reason");
  }
}

function countListeners(signal: AbortSignal): ReadonlySet<unknown> {
  const listeners = new Set<unknown>();
  const [add, remove] = [signal.addEventListener, signal.removeEventListener];
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners.add(args[1]);
    add.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners.delete(args[1]);
    remove.apply(signal, args);
  };
  return listeners;
}
