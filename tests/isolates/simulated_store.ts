import { memoryStore, type Store } from "@xsignals/session";
import { sharedStore } from "@xsignals/session/shared";
import type { SimulatedTime } from "./simulated_time.ts";

/** How long a store takes, in ms. */
export interface Latencies {
  readonly read: number;
  readonly write: number;
  /** How soon it tells of a change; `undefined`: it does not, and whoever waits looks again and again. */
  readonly notice?: number;
}

/** A store that all isolates share. */
export interface SharedStore {
  /** One isolate's connection; `onRead` is told of each read. */
  open(onRead: () => void): Store;
  /** How often it was written. */
  writes(): number;
}

/** Makes a store with an entry in memory that takes its time. */
export function simulatedStore(time: SimulatedTime, { read, write, notice }: Latencies): SharedStore {
  const inner = memoryStore();
  let writes = 0;
  let version: string | null = null;
  let changing = Promise.withResolvers<void>();

  const slow = {
    async read() {
      await time.sleep(read / 2);
      const entry = await inner.read();
      await time.sleep(read / 2);
      return entry;
    },
    async write(data: Uint8Array | null, ifVersion: string | null) {
      await time.sleep(write / 2);
      const written = await inner.write(data, ifVersion);
      if (written !== false) {
        writes++;
        version = data && written;
        changing.resolve();
        changing = Promise.withResolvers();
      }
      await time.sleep(write / 2);
      return written;
    },
  };
  async function changed(known: string | null): Promise<void> {
    if (known === version) await changing.promise;
    await time.sleep(notice ?? 0);
  }
  return {
    open: (onRead) =>
      sharedStore({
        ...slow,
        read() {
          onRead();
          return slow.read();
        },
        ...(notice === undefined ? {} : { changed }),
      }),
    writes: () => writes,
  };
}
