// Whose turn it is to change the part of a file: that of one program, or call, at a time.
import type { Calls, Work } from "../calls.ts";
import { atDisk } from "./disk_failure.ts";
import { type Held, tryLock } from "./files.ts";
import type { Place } from "./part.ts";

/** The longest time until a turn is asked for again, in ms. */
const LONGEST_PAUSE = 100;

/** A turn that is taken when it is needed. */
export interface Turn {
  /** Whether it was taken. */
  isMine(): boolean;
  /** Takes it, if it is nobody else's. */
  take(): Promise<boolean>;
  /** Takes it, as soon as it is nobody else's. Resolves with whether it was. */
  wait(): Promise<boolean>;
  /** Gives it back, if it was taken. */
  end(): Promise<void>;
}

/** The turn of a place. */
export function turnAt({ clock, random }: Calls, work: Work, { folder, parts, lock }: Place): Turn {
  let held: Held | undefined;
  const take = async () => Boolean(held ??= await atDisk(work, folder, () => tryLock(parts, lock)));
  return {
    isMine: () => held !== undefined,
    take,
    async wait() {
      for (let hasWaited = false;; hasWaited = true) {
        work.signal?.throwIfAborted();
        if (await take()) return hasWaited;
        await clock.sleep(LONGEST_PAUSE * (0.5 + random() / 2), work.signal);
      }
    },
    end: async () => await held?.release(),
  };
}
