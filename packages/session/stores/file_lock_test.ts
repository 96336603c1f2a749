import { assertEquals, assertRejects } from "@std/assert";
import { SessionError } from "../errors.ts";
import { platformClock } from "../platform.ts";
import type { Clock } from "../types.ts";
import { type LockWait, withLock } from "./file_lock.ts";

const WAIT: LockWait = { clock: platformClock(), random: Math.random, pauseMs: 4 };

/** The path of a lock in a folder of its own. */
async function place(): Promise<{ path: string; directory: string } & AsyncDisposable> {
  const directory = await Deno.makeTempDir({ prefix: "xsignals-" });
  return {
    directory,
    path: `${directory}/session.lock`,
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

/** Holds the lock until it is told to let go. */
async function hold(path: string): Promise<() => Promise<void>> {
  const [taken, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = withLock(path, WAIT, () => {
    taken.resolve();
    return free.promise;
  });
  await taken.promise;
  return () => {
    free.resolve();
    return holding;
  };
}

/** Runs the work as in Deno 2.5, whose files have no `tryLock`; ends when every `lock` has that was given up. */
async function withoutTryLock(work: () => Promise<void>): Promise<void> {
  const { prototype } = Deno.FsFile;
  const members = Object.getOwnPropertyDescriptors(prototype);
  const { lock } = prototype;
  const locks: Promise<void>[] = [];
  Reflect.deleteProperty(prototype, "tryLock");
  prototype.lock = function (exclusive) {
    const locked = lock.call(this, exclusive);
    locks.push(locked);
    return locked;
  };
  try {
    await work();
  } finally {
    Object.defineProperties(prototype, members);
    await Promise.all(locks);
  }
}

Deno.test("withLock() does not take a lock for held whose file was removed while it waited", async () => {
  await using here = await place();
  const { path } = here;
  const letFirstGo = await hold(path);
  let isSecondIn = false;
  const waiting = withLock(path, WAIT, () => Promise.resolve(isSecondIn));
  await new Promise((resolve) => setTimeout(resolve, 20)); // it has opened the file by now
  await Deno.remove(path);
  const letSecondGo = await hold(path);
  isSecondIn = true;
  await letFirstGo();
  await new Promise((resolve) => setTimeout(resolve, 20));
  isSecondIn = false;
  await letSecondGo();
  assertEquals(await waiting, false);
});

Deno.test("withLock() gives up after the time that it is given, and says why", async () => {
  await using here = await place();
  const letGo = await hold(here.path);
  let elapsed = 0;
  const clock: Clock = {
    now: () => elapsed,
    sleep(ms) {
      elapsed += ms;
      return Promise.resolve();
    },
  };
  await assertRejects(
    () => withLock(here.path, { clock, random: () => 1, pauseMs: 400, forMs: 4_000 }, () => Promise.resolve()),
    SessionError,
    `${here.path}: another process has it locked and does not go on; end that process`,
  );
  assertEquals(elapsed, 4_000);
  await letGo();
});

Deno.test("withLock() makes the folder where it is missing, also when it was removed meanwhile", async () => {
  await using here = await place();
  const path = `${here.directory}/a/b/session.lock`;
  for (let times = 0; times < 2; times++) {
    assertEquals(await withLock(path, WAIT, () => Promise.resolve(times)), times);
    assertEquals([(await Deno.stat(path)).mode! & 0o777, (await Deno.stat(`${here.directory}/a/b`)).mode! & 0o777], [
      0o600,
      0o700,
    ]);
    await Deno.remove(`${here.directory}/a`, { recursive: true });
  }
});

Deno.test("withLock() refuses a link or a folder in the lock's place", async () => {
  for (const make of [(path: string) => Deno.mkdir(path), (path: string) => Deno.symlink(`${path}.target`, path)]) {
    await using here = await place();
    await make(here.path);
    await assertRejects(() => withLock(here.path, WAIT, () => Promise.resolve()), SessionError, "it is not a file");
    assertEquals(Array.from(Deno.readDirSync(here.directory)).length, 1);
  }
});

Deno.test("withLock() where there is no tryLock keeps others out, ends waiting as asked, and leaves no lock", async () => {
  await using here = await place();
  const { path } = here;
  await withoutTryLock(async () => {
    let inside = 0;
    await Promise.all(Array.from({ length: 4 }, () =>
      withLock(path, WAIT, async () => {
        assertEquals(++inside, 1);
        await Deno.lstat(path);
        inside--;
      })));
    const letGo = await hold(path);
    const ending = new AbortController();
    const reason = new RangeError("nobody waits");
    const never = () => Promise.reject("it ran");
    const stopped = withLock(path, { ...WAIT, signal: ending.signal }, never).catch((error) => error);
    setTimeout(() => ending.abort(reason), 10);
    assertEquals(await stopped, reason);
    await assertRejects(() => withLock(path, { ...WAIT, forMs: 10 }, never), SessionError, "does not go on");
    await letGo();
    assertEquals(await withLock(path, WAIT, () => Promise.resolve(7)), 7);
  });
});
