import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { abortable } from "../platform.ts";
import { singleFlight } from "./single_flight.ts";

/** Work that counts its beginnings and ends when the test says so. */
function manualWork() {
  const open: PromiseWithResolvers<string>[] = [];
  function work(): Promise<string> {
    const one = Promise.withResolvers<string>();
    open.push(one);
    return one.promise;
  }
  return { work, open };
}

/** A signal that knows who listens to it. */
function watchedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  const listening = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => (listening.add(args[1]), add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    if (args[0] === "abort") listening.delete(args[1]);
    remove(...args);
  };
  return { controller, signal, listeners: () => listening.size };
}

Deno.test("join() starts one piece of work for all who ask meanwhile", async () => {
  const { work, open } = manualWork();
  const flight = singleFlight(work);
  const all = Array.from({ length: 1_000 }, () => flight.join());
  assertEquals(open.length, 1);
  open[0]!.resolve("one");
  assertEquals(new Set(await Promise.all(all)), new Set(["one"]));
});

Deno.test("join() starts anew when the work has ended, also after a failure", async () => {
  const { work, open } = manualWork();
  const flight = singleFlight(work);
  const first = flight.join();
  open[0]!.reject(new RangeError("no"));
  await assertRejects(() => first, RangeError);
  const second = flight.join();
  assertEquals(open.length, 2);
  open[1]!.resolve("two");
  assertEquals(await second, "two");
});

Deno.test("join() from the failure's handler starts anew", async () => {
  const { work, open } = manualWork();
  const flight = singleFlight(work);
  const again = flight.join().catch(() => flight.join());
  open[0]!.reject(new Error("no"));
  while (open.length < 2) await Promise.resolve();
  open[1]!.resolve("two");
  assertEquals(await again, "two");
});

Deno.test("join() ends one caller's waiting with its own reason, and the work goes on for the others (21)", async () => {
  const { work, open } = manualWork();
  const flight = singleFlight(work);
  const { controller, signal } = watchedSignal();
  const reason = { told: "by the caller" };
  const impatient = flight.join(signal);
  const patient = flight.join();
  controller.abort(reason);
  assertStrictEquals(await impatient.catch((error) => error), reason);
  assertEquals(open.length, 1);
  open[0]!.resolve("one");
  assertEquals(await patient, "one");
});

Deno.test("join() starts nothing if the signal has already aborted", async () => {
  const { work, open } = manualWork();
  const flight = singleFlight(work);
  await assertRejects(() => flight.join(AbortSignal.abort(new RangeError("before"))), RangeError, "before");
  assertEquals(open.length, 0);
});

Deno.test("join() leaves no listener on the signal, however it ends (15)", async () => {
  const { work, open } = manualWork();
  const flight = singleFlight(work);
  const { signal, listeners } = watchedSignal();
  const good = flight.join(signal);
  assertEquals(listeners(), 1);
  open[0]!.resolve("one");
  await good;
  const bad = flight.join(signal);
  open[1]!.reject(new Error("no"));
  await assertRejects(() => bad, Error, "no");
  await Promise.resolve();
  assertEquals(listeners(), 0);
});

Deno.test("join() drops a failure that nobody waits for any more (public bug 31)", async () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unhandled.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", onUnhandled);
  try {
    const { work, open } = manualWork();
    const controller = new AbortController();
    const left = singleFlight(work).join(controller.signal);
    controller.abort(new RangeError("gone"));
    await assertRejects(() => left, RangeError);
    open[0]!.reject(new Error("nobody waits"));
    singleFlight(work).join();
    open[1]!.reject(new Error("nobody ever waited"));
    await new Promise((resolve) => setTimeout(resolve, 0));
    assertEquals(unhandled, []);
  } finally {
    globalThis.removeEventListener("unhandledrejection", onUnhandled);
  }
});

Deno.test("abortable() returns the promise itself without a signal", () => {
  const promise = Promise.resolve(1);
  assertStrictEquals(abortable(promise), promise);
});

Deno.test("abortable() rejects at once if the signal has already aborted", async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  await assertRejects(() => abortable(promise, AbortSignal.abort(new RangeError("before"))), RangeError);
  reject(new Error("late"));
  assert(await promise.catch(() => true));
});

Deno.test("singleFlight() aborts its signal when the last one who waits has left, and not before", async () => {
  const signals: AbortSignal[] = [];
  const flight = singleFlight((abandoned) => new Promise<void>(() => void signals.push(abandoned)));
  const [one, two] = [new AbortController(), new AbortController()];
  const left = [flight.join(one.signal), flight.join(two.signal)].map((wait) => wait.catch(() => "left"));
  one.abort();
  assertEquals([signals.length, signals[0]!.aborted], [1, false]);
  two.abort();
  assertEquals(await Promise.all(left), ["left", "left"]);
  assertEquals(signals[0]!.aborted, true);
});

Deno.test("singleFlight() does not abort its signal while somebody waits without a signal", () => {
  const signals: AbortSignal[] = [];
  const flight = singleFlight((abandoned) => new Promise<void>(() => void signals.push(abandoned)));
  const one = new AbortController();
  void flight.join(one.signal).catch(() => {});
  void flight.join();
  one.abort();
  assertEquals(signals[0]!.aborted, false);
});

Deno.test("join() starts anew for who comes after the work was abandoned and failed", async () => {
  const { work, open } = manualWork();
  const flight = singleFlight(work);
  const leaver = new AbortController();
  const left = flight.join(leaver.signal).catch(() => "left");
  leaver.abort();
  const later = flight.join();
  assertEquals([await left, open.length], ["left", 1]);
  open[0]!.reject(new Error("nobody waited"));
  while (open.length < 2) await Promise.resolve();
  open[1]!.resolve("two");
  assertEquals(await later, "two");
});

Deno.test("settled() waits for the work under way, drops its failure and starts nothing", async () => {
  const { work, open } = manualWork();
  const flight = singleFlight(work);
  await flight.settled();
  assertEquals(open.length, 0);
  const failing = flight.join().catch(({ message }) => message);
  let isSettled = false;
  const settled = flight.settled().then(() => isSettled = true);
  for (let steps = 0; steps < 20; steps++) await Promise.resolve();
  assertEquals(isSettled, false);
  open[0]!.reject(new Error("no"));
  await settled;
  assertEquals([await failing, open.length], ["no", 1]);
});
