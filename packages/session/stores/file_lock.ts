/**
 * A lock between processes that dies with its holder: the kernel's own, on a file that holds nothing else.
 *
 * @module
 */
import type { Clock } from "../types.ts";
import { SessionError } from "../errors.ts";
import { fileError } from "./file_failure.ts";

/** As long as a timer can wait, in ms. */
const LONGEST_WAIT = 2 ** 31 - 1;

/** How to wait for a lock. */
export interface LockWait {
  readonly clock: Clock;
  readonly random: () => number;
  /** The longest pause between two tries, in ms; each is cut by chance to a half at most. */
  readonly pauseMs: number;
  /** How long to wait, in ms: then it is an error. Without it until the lock is free. */
  readonly forMs?: number;
  /** Ends the waiting, with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the work while nobody else holds the lock, in this process or another one; makes the folder where it is missing.
 *
 * The file stays when the lock is given back: it could not be removed without somebody locking what is no longer there.
 *
 * @throws {SessionError} `store_failed` when the lock's place is taken, or the lock not free in time.
 */
export async function withLock<T>(path: string, wait: LockWait, work: () => Promise<T>): Promise<T> {
  const file = await holdLock(path, wait);
  try {
    return await work();
  } finally {
    file.close(); // which unlocks
  }
}

/** Waits for the lock and hands over the file that holds it: it is given back when that is closed. */
export async function holdLock(path: string, wait: LockWait): Promise<Deno.FsFile> {
  wait.signal?.throwIfAborted();
  for (;;) {
    const file = await openLock(path);
    let isHeld = false;
    try {
      await obtain(path, file, wait);
      isHeld = await isStillAt(path, file);
      if (isHeld) return file;
    } finally {
      if (!isHeld) file.close();
    }
  }
}

async function openLock(path: string): Promise<Deno.FsFile> {
  const info = await Deno.lstat(path).catch(() => undefined); // opening it tells why
  if (info && !info.isFile) throw fileError(path, "it is not a file, and its place is needed for a lock");
  const open = () => Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await Deno.mkdir(path.replace(/[/\\][^/\\]*$/, "") || "/", { recursive: true, mode: 0o700 });
    return await open();
  }
}

async function obtain(path: string, file: Deno.FsFile, wait: LockWait): Promise<void> {
  const { clock, random, pauseMs, forMs = Infinity, signal } = wait;
  if (!hasTryLock(file)) return await obtainBlocking(path, file, wait);
  const time = () => clock.monotonic ? clock.monotonic() : clock.now();
  const end = time() + forMs;
  // Polled, since a lock() that waits can't be given up and keeps the process alive.
  while (!(await file.tryLock(true))) {
    if (time() >= end) throw busy(path);
    await clock.sleep(pauseMs * (0.5 + random() / 2), signal);
  }
}

/**
 * The same for Deno 2.5, which has no `tryLock`: nobody waits longer than asked for, but the process does not end before
 * the lock was free; it is given back then, for the file is closed.
 */
async function obtainBlocking(path: string, file: Deno.FsFile, { clock, forMs, signal }: LockWait): Promise<void> {
  const done = new AbortController();
  const over = signal ? AbortSignal.any([signal, done.signal]) : done.signal;
  const late = clock.sleep(Math.min(forMs ?? LONGEST_WAIT, LONGEST_WAIT), over).then(() => {
    throw busy(path);
  });
  try {
    await Promise.race([file.lock(true), late]);
  } finally {
    done.abort();
  }
}

/** A file that can be locked without waiting. */
interface TryLockable {
  tryLock(exclusive: boolean): Promise<boolean>;
}

function hasTryLock(file: Deno.FsFile): file is Deno.FsFile & TryLockable {
  return "tryLock" in file;
}

/** Whether the lock is that of the path: somebody may have removed the file while it was waited for. */
async function isStillAt(path: string, file: Deno.FsFile): Promise<boolean> {
  if (Deno.build.os === "windows") return true; // no number there tells files apart for certain
  const [named, held] = [await Deno.lstat(path).catch(() => undefined), await file.stat()];
  return named?.ino === held.ino && named.dev === held.dev;
}

const STUCK = "another process has it locked and does not go on; end that process";

function busy(path: string): Error {
  return fileError(path, STUCK);
}

/** Whether an error says that the lock was not free in time. */
export function isBusy(error: unknown): boolean {
  return error instanceof SessionError && error.message.endsWith(STUCK);
}
