import { assertEquals } from "@std/assert";
import { sleep } from "./sleep.ts";

/** What a promise rejects with. */
function reasonOf(promise: Promise<void>): Promise<unknown> {
  return promise.then(() => "resolved", (error) => error);
}

Deno.test("sleep() resolves after its time", async () => {
  await sleep(1, new AbortController().signal);
});

Deno.test("sleep() rejects with the signal's reason, and leaves no timer", async () => {
  const caller = new AbortController();
  const { signal } = caller;
  const [long, endless] = [reasonOf(sleep(100_000, signal)), reasonOf(sleep(Infinity, signal))];
  const reason = new Error("enough");
  caller.abort(reason);
  assertEquals([await long === reason, await endless === reason], [true, true]);
  assertEquals(await reasonOf(sleep(100_000, signal)) === reason, true);
});
