import type { StoreEngine } from "../types.ts";
import { demand, mustHold, mustWrite, pause, type Promised } from "./store_case.ts";

/** What `exclusive` promises, where it is offered. */
export const EXCLUSIVE_CASES: readonly Promised[] = [
  ["exclusive() resolves with the result of its work, which may read and write", async (store) => {
    const bytes = Uint8Array.of(1);
    const version = await lock(store, async () => {
      const written = await mustWrite(store, bytes, null);
      await mustHold(store, bytes, written, "under the lock");
      return written;
    });
    await mustHold(store, bytes, version, "after the lock");
  }],
  ["exclusive() keeps out all others", async (store, second) => {
    let inside = 0;
    let most = 0;
    let done = 0;
    await Promise.all(Array.from({ length: 8 }, (_, n) =>
      lock(n % 2 ? store : second, async () => {
        most = Math.max(most, ++inside);
        await store.read();
        await pause(1);
        inside--;
        done++;
      })));
    demand(most === 1, `exclusive() ran ${most} works at the same time`);
    demand(done === 8, `exclusive() ran ${done} works of 8`);
  }],
  ["exclusive() lets go when its work throws, and throws the same", async (store, second) => {
    const failure = new Error("the work failed");
    const seen = await lock(store, () => Promise.reject(failure)).catch((error) => error);
    demand(seen === failure, "exclusive() did not reject with the error of its work");
    demand(await lock(second, () => Promise.resolve(7)) === 7, "exclusive() gave another result than its work's");
  }],
  ["exclusive() gives up waiting when the signal aborts, and runs nothing", async (store, second) => {
    const reason = new Error("enough");
    const controller = new AbortController();
    let ran = false;
    const work = () => {
      ran = true;
      return Promise.resolve();
    };
    await lock(store, async () => {
      const waiting = lock(second, work, controller.signal).then(() => undefined, (error) => error);
      await pause(10);
      controller.abort(reason);
      demand(await waiting === reason, "exclusive() did not reject with the signal's reason while it waited");
    });
    const late = await lock(store, work, controller.signal).then(() => undefined, (error) => error);
    demand(late === reason, "exclusive() did not reject with the reason of a signal that was aborted before");
    demand(await lock(second, () => Promise.resolve(7)) === 7, "exclusive() gave another result than its work's");
    demand(!ran, "exclusive() ran its work although the signal had aborted");
  }],
  ["exclusive() lets its work end, when the signal aborts under the lock", async (store) => {
    const controller = new AbortController();
    const result = await lock(store, async () => {
      controller.abort(new Error("too late"));
      await pause(1);
      return 7;
    }, controller.signal);
    demand(result === 7, "exclusive() gave another result than its work's");
  }],
];

function lock<T>(store: StoreEngine, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  demand(store.exclusive !== undefined, "there is no exclusive()");
  return store.exclusive(work, signal);
}
