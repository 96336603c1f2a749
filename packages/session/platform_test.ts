import { assert, assertEquals, assertInstanceOf, assertLess, assertRejects } from "@std/assert";
import { isEdge, platformClock, platformConnection, platformFetch } from "./platform.ts";

Deno.test("platformFetch() is the fetch of the moment", async () => {
  const original = globalThis.fetch;
  const seen: unknown[] = [];
  globalThis.fetch = (...args) => (seen.push(args), Promise.resolve(new Response("replaced")));
  try {
    const init = { method: "POST" };
    assertEquals(await (await platformFetch("https://api.example/", init)).text(), "replaced");
    assertEquals(seen, [["https://api.example/", init]]);
  } finally {
    globalThis.fetch = original;
  }
});

Deno.test("platformFetch() fails as the platform does, but quotes no query (public bug 33)", async () => {
  const original = globalThis.fetch;
  const address = "https://api.example/file?token=SECRET&a=(b)";
  const says = (from: string) => `error sending request for url (${from}): client error (Connect): tcp connect error`;
  const failures: [thrown: unknown, message: string, reason?: string][] = [
    [
      new TypeError("fetch failed", { cause: new Error(says(address)) }),
      "fetch failed",
      says("https://api.example/file"),
    ],
    [new TypeError(says(address)), says("https://api.example/file")],
    [Object.assign(new TypeError("ENOTFOUND"), { path: address, code: "ENOTFOUND", errno: 4 }), "ENOTFOUND"],
  ];
  try {
    for (const [thrown, message, reason] of failures) {
      globalThis.fetch = () => Promise.reject(thrown);
      for (const input of [address, new URL(address), new Request(`${address}#fragment`)]) {
        const error = await assertRejects(() => platformFetch(input), TypeError);
        assertEquals(error.message, message);
        const members = "path" in error ? { path: "https://api.example/file", code: "ENOTFOUND", errno: 4 } : {};
        assertEquals(Object.fromEntries(Object.entries(error)), members);
        assertEquals(error.cause instanceof Error ? error.cause.message : undefined, reason);
        assert(!Deno.inspect(error, { showHidden: true, depth: 20 }).includes("SECRET"));
      }
    }
    for (
      const thrown of [new TypeError("fetch failed", { cause: { code: 1 } }), new DOMException("gone", "AbortError"), 0]
    ) {
      globalThis.fetch = () => Promise.reject(thrown);
      for (const input of [address, "https://api.example/", "https://api.example/?"]) {
        assertEquals(await platformFetch(input).catch((error) => [error]), [thrown], "it is the same one");
      }
    }
  } finally {
    globalThis.fetch = original;
  }
});

Deno.test("platformClock() shows the platform's time", () => {
  const clock = platformClock();
  const [wall, monotonic] = [Date.now(), performance.now()];
  assert(Math.abs(clock.now() - wall) < 1_000);
  assert(clock.monotonic() >= monotonic);
  assertLess(clock.monotonic() - monotonic, 1_000);
});

Deno.test("sleep() of the platform's clock is over after its time, and not before", async () => {
  const { sleep, monotonic } = platformClock();
  const start = monotonic();
  await sleep(5);
  assert(monotonic() - start >= 4);
  await sleep(0);
});

Deno.test("sleep() of the platform's clock ends with the signal's reason, and leaves no timer", async () => {
  const { sleep } = platformClock();
  const controller = new AbortController();
  const slept = sleep(60_000, controller.signal);
  controller.abort(new RangeError("enough"));
  await assertRejects(() => slept, RangeError, "enough");
  await assertRejects(() => sleep(60_000, controller.signal), RangeError, "enough");
});

Deno.test("sleep() of the platform's clock leaves no listener on the signal (public bug 15)", async () => {
  const { signal } = new AbortController();
  const listening = new Set<unknown>();
  const { addEventListener: add, removeEventListener: remove } = signal;
  signal.addEventListener = (...args: Parameters<typeof add>) => (listening.add(args[1]), add.apply(signal, args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    if (args[0] === "abort") listening.delete(args[1]);
    remove.apply(signal, args);
  };
  await platformClock().sleep(0, signal);
  assertEquals(listening.size, 0);
});

Deno.test("sleep() of the platform's clock takes longer times than a timer can", async () => {
  const { sleep } = platformClock();
  for (const ms of [2 ** 31, 1e12, Infinity]) {
    const controller = new AbortController();
    const slept = sleep(ms, controller.signal).then(() => "over", () => "aborted");
    await sleep(5);
    controller.abort();
    assertEquals(await slept, "aborted", String(ms));
  }
});

Deno.test("platformConnection() gives a Deno client of its own each time, and closes it", () => {
  const connection = platformConnection();
  assert(connection);
  const [first, second] = [connection(), connection()];
  const clientOf = ({ init }: typeof first) => (init as { client?: unknown }).client;
  assertInstanceOf(clientOf(first), Deno.HttpClient);
  assert(clientOf(first) !== clientOf(second));
  first.close();
  second.close(); // the resource sanitizer tells when one is left
});

Deno.test("platformConnection() is none where Deno's HTTP client is not", () => {
  const original = Deno.createHttpClient;
  Reflect.set(Deno, "createHttpClient", undefined);
  try {
    assertEquals(platformConnection(), undefined);
  } finally {
    Reflect.set(Deno, "createHttpClient", original);
  }
});

/** Runs the test with this state of the permission, and this environment. */
function withEnvironment(state: string, variables: Record<string, string>, test: (asked: string[]) => void): void {
  const { permissions, env } = Deno;
  const asked: string[] = [];
  const get = (name: string) => (asked.push(name), variables[name]);
  Reflect.defineProperty(Deno, "permissions", { value: { querySync: () => ({ state }) }, configurable: true });
  Reflect.defineProperty(Deno, "env", { value: { get }, configurable: true });
  try {
    test(asked);
  } finally {
    Reflect.defineProperty(Deno, "permissions", { value: permissions, configurable: true });
    Reflect.defineProperty(Deno, "env", { value: env, configurable: true });
  }
}

Deno.test("isEdge() goes by Deno Deploy's variable, and asks for it only where it may", () => {
  withEnvironment("granted", { DENO_DEPLOYMENT_ID: "abc" }, () => assertEquals(isEdge(), true));
  withEnvironment("granted", {}, () => assertEquals(isEdge(), false));
  for (const state of ["prompt", "denied"]) {
    withEnvironment(state, { DENO_DEPLOYMENT_ID: "abc" }, (asked) => {
      assertEquals(isEdge(), false);
      assertEquals(asked, []);
    });
  }
});
