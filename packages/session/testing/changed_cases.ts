import type { Store } from "../types.ts";
import { demand, mustWrite, pause, type Promised } from "./store_case.ts";

const A = Uint8Array.of(1);

/** Longer than any case may take, in ms: who waits for it has not heard of the change. */
const NEVER_MS = 3_600_000;

/** What `changed` promises, where it is offered. */
export const CHANGED_CASES: readonly Promised[] = [
  ["changed() resolves when the version is another one already", async (store) => {
    const first = await mustWrite(store, A, null);
    await listen(store, null, (heard) => heard);
    await mustWrite(store, A, first);
    await listen(store, first, (heard) => heard);
  }],
  ["changed() resolves after a write", async (store, second) => {
    let newest: string | null = null;
    for (const writer of [second, store, second]) {
      newest = await hears(store, newest, (over) => mustWrite(writer, A, over));
    }
  }],
  ["changed() resolves after a removal", async (store, second) => {
    await hears(store, await mustWrite(store, A, null), (over) => mustWrite(second, null, over));
  }],
  ["changed() resolves for all who wait", async (store, second) => {
    const version = await mustWrite(store, A, null);
    const done = new AbortController();
    const heard = Array.from({ length: 5 }, () => waits(store).changed(version, NEVER_MS, done.signal));
    await mustWrite(second, A, version);
    await Promise.all(heard).finally(() => done.abort());
  }],
  ["changed() resolves after maxMs, and not at once, while nothing changes", async (store) => {
    const maxMs = 80;
    const version = await mustWrite(store, A, null);
    const start = performance.now();
    await waits(store).changed(version, maxMs);
    const took = performance.now() - start;
    demand(took > maxMs / 2, `changed() resolved after ${Math.round(took)} ms of ${maxMs}, though nothing had changed`);
  }],
  ["changed() ends with the signal", async (store) => {
    const version = await mustWrite(store, A, null);
    const reason = new Error("enough");
    const gone = AbortSignal.abort(reason);
    await endsBy(reason, waits(store).changed(version, NEVER_MS, gone));
    const late = new AbortController();
    const ended = endsBy(reason, waits(store).changed(version, NEVER_MS, late.signal));
    await pause(10);
    late.abort(reason);
    await ended;
  }],
  ["changed() leaves nothing on the signal", async (store, second) => {
    const { signal } = new AbortController();
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
    const version = await mustWrite(store, A, null);
    await waits(store).changed(version, 1, signal);
    const heard = waits(store).changed(version, NEVER_MS, signal);
    await mustWrite(second, A, version);
    await heard;
    demand(listeners.size === 0, `changed() left ${listeners.size} listeners on the signal after it resolved`);
  }],
];

type Waits = Required<Pick<Store, "changed">>;

function waits(store: Store): Waits {
  demand(store.changed !== undefined, "there is no changed()");
  return { changed: store.changed.bind(store) };
}

/** Waits from before the change until it was heard of; resolves with the new version. */
async function hears(
  store: Store,
  version: string | null,
  change: (over: string | null) => Promise<string>,
): Promise<string> {
  let next = "";
  await listen(store, version, async (heard) => {
    await pause(10); // so that it is listened already
    next = await change(version);
    await heard;
  });
  return next;
}

/** Listens while that runs; nothing is left listening. */
async function listen(
  store: Store,
  version: string | null,
  meanwhile: (heard: Promise<void>) => Promise<void>,
): Promise<void> {
  const done = new AbortController();
  const heard = waits(store).changed(version, NEVER_MS, done.signal);
  heard.catch(() => {});
  try {
    await meanwhile(heard);
  } finally {
    done.abort();
    await heard.catch(() => {});
  }
}

async function endsBy(reason: unknown, waiting: Promise<void>): Promise<void> {
  try {
    await waiting;
  } catch (error) {
    demand(error === reason, "changed() rejected with another error than the signal's reason");
  }
}
