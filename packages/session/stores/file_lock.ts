/**
 * A lock between processes that dies with its holder: the kernel's own, on a file that holds nothing else.
 *
 * @module
 */
import type { Clock } from "../types.ts";
import { fileError } from "./file_failure.ts";

/** How to wait for a lock. */
export interface LockWait {
  readonly clock: Clock;
  readonly random: () => number;
  /** The longest pause between two tries, in ms; each is cut by chance to a half at most. */
  readonly pauseMs: number;
  /** Ends the waiting, with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the work while nobody else holds the lock, in this process or another one.
 *
 * The file stays when the lock is given back: it could not be removed without somebody locking what is no longer there.
 */
export async function withLock<T>(path: string, wait: LockWait, work: () => Promise<T>): Promise<T> {
  const file = await lock(path, wait);
  try {
    return await work();
  } finally {
    file.close(); // which unlocks
  }
}

async function lock(path: string, { clock, random, pauseMs, signal }: LockWait): Promise<Deno.FsFile> {
  signal?.throwIfAborted();
  const info = await Deno.lstat(path).catch(() => undefined);
  if (info && !info.isFile) throw fileError(path, "it is no file, and its place is needed for a lock");
  const file = await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  try {
    // Polled, since a lock() that waits can't be given up and keeps the process alive.
    for (;;) {
      if (!hasTryLock(file)) {
        await file.lock(true); // Deno before 2.5.1
        break;
      }
      if (await file.tryLock(true)) break;
      await clock.sleep(pauseMs * (0.5 + random() / 2), signal);
    }
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

function hasTryLock(file: Deno.FsFile): boolean {
  return "tryLock" in file;
}
