import { assertEquals } from "@std/assert";
import { sleep } from "./network.ts";

/** The reason of a rejected promise. */
function reasonOf(promise: Promise<void>): Promise<unknown> {
  return promise.then(() => "resolved", (error) => error);
}

Deno.test("sleep() resolves after its time", async () => {
  await sleep(1, new AbortController().signal);
});

Deno.test("sleep() rejects with the signal's reason and leaves no timer", async () => {
  const caller = new AbortController();
  const { signal } = caller;
  const [long, endless] = [reasonOf(sleep(100_000, signal)), reasonOf(sleep(Infinity, signal))];
  const reason = new Error("enough");
  caller.abort(reason);
  assertEquals([await long === reason, await endless === reason], [true, true]);
  assertEquals(await reasonOf(sleep(100_000, signal)) === reason, true);
});

Deno.test("sleep() waits for longer than a timer can (found 136)", async () => {
  const timers: number[] = [];
  const real = globalThis.setTimeout;
  globalThis.setTimeout = ((done: () => void, ms: number) => {
    timers.push(ms);
    return real(done, 0);
  }) as typeof setTimeout;
  try {
    await sleep(2 ** 32, new AbortController().signal);
  } finally {
    globalThis.setTimeout = real;
  }
  assertEquals(timers, [2 ** 31 - 1, 2 ** 31 - 1, 2]);
});
