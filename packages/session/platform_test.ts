import { assert, assertEquals, assertInstanceOf, assertLess, assertRejects } from "@std/assert";
import { isEdge, platformClock, platformFetch, platformTokenFetch } from "./platform.ts";
import { explainFailure } from "./wire/network_failure.ts";

/** Replaces the platform's fetch while the work runs. */
async function withFetch(fetch: typeof globalThis.fetch, work: () => Promise<void>): Promise<void> {
  const original = globalThis.fetch;
  globalThis.fetch = fetch;
  try {
    await work();
  } finally {
    globalThis.fetch = original;
  }
}

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

Deno.test("platformFetch() keeps what tells that nothing was sent, also for an address with a query", async () => {
  const mark = (message: string, marks: object) => Object.assign(new Error(message), marks);
  const slow = [
    mark("connect ETIMEDOUT 10.0.0.1:443", { code: "ETIMEDOUT", syscall: "connect" }),
    mark("connect ENETUNREACH 2001:db8::1:443", { code: "ENETUNREACH", syscall: "connect" }),
  ];
  const denied = new Error('Requires net access to "api.example:443", run again with --allow-net');
  denied.name = "NotCapable";
  const failures = [
    new TypeError("fetch failed", {
      cause: mark("connect ECONNREFUSED", { code: "ECONNREFUSED", syscall: "connect" }),
    }),
    new TypeError("fetch failed", { cause: Object.assign(new AggregateError(slow), { code: "ETIMEDOUT" }) }),
    new TypeError("fetch failed", { cause: mark("self-signed certificate", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }) }),
    mark("getaddrinfo ENOTFOUND api.example", { code: "ENOTFOUND", syscall: "getaddrinfo" }),
    denied,
  ];
  for (const thrown of failures) {
    for (const address of ["https://api.example/token", "https://api.example/token?tenant=a"]) {
      await withFetch(() => Promise.reject(thrown), async () => {
        const error = await platformFetch(address).catch((error) => error);
        assertEquals(explainFailure(error, "api.example").sent, false, Deno.inspect(error));
      });
    }
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

Deno.test("platformTokenFetch() gives each call a connection of its own, also a POST, and closes it (found 120)", async () => {
  const clients: unknown[] = [];
  const seen: unknown[] = [];
  const answers = [
    () => Promise.resolve(new Response("first")),
    () => Promise.resolve(new Response("second")),
    () => Promise.reject(new TypeError("fetch failed")),
    () => {
      throw new TypeError("fetch failed");
    },
  ];
  const fetch: typeof globalThis.fetch = (input, init = {}) => {
    const { client, ...rest }: RequestInit & { client?: unknown } = init;
    clients.push(client);
    seen.push([input, rest]);
    return answers[clients.length - 1]!();
  };
  const get = Object.freeze({ method: "GET", cache: "no-store" as const });
  const post = Object.freeze({ method: "POST", body: new Blob(["x"]) });
  await withFetch(fetch, async () => {
    assertEquals(await (await platformTokenFetch("https://api.example/", get)).text(), "first");
    assertEquals(await (await platformTokenFetch("https://api.example/", post)).text(), "second");
    await assertRejects(() => platformTokenFetch("https://api.example/", post), TypeError, "fetch failed");
    await assertRejects(() => platformTokenFetch("https://api.example/"), TypeError, "fetch failed");
  });
  for (const client of clients) assertInstanceOf(client, Deno.HttpClient);
  assertEquals(new Set(clients).size, 4);
  assertEquals(seen, [get, post, post, {}].map((init) => ["https://api.example/", init]));
  // The resource sanitizer tells if one is left open.
});

Deno.test("platformTokenFetch() reuses no connection: its pool is empty (found 120)", async () => {
  const original = Deno.createHttpClient;
  const asked: unknown[] = [];
  Reflect.set(Deno, "createHttpClient", (options: Deno.CreateHttpClientOptions) => {
    asked.push(options);
    return original(options);
  });
  try {
    await withFetch(() => Promise.resolve(new Response(null)), async () => {
      await platformTokenFetch("https://api.example/", { method: "POST" });
    });
  } finally {
    Reflect.set(Deno, "createHttpClient", original);
  }
  assertEquals(asked, [{ poolMaxIdlePerHost: 0 }]);
});

Deno.test("platformTokenFetch() is platformFetch() where Deno's HTTP client is not", async () => {
  const original = Deno.createHttpClient;
  const seen: unknown[] = [];
  const init = { method: "POST" };
  const answers = [Promise.resolve(new Response("answer")), Promise.reject(new TypeError("at /x?token=SECRET"))];
  Reflect.set(Deno, "createHttpClient", undefined);
  try {
    await withFetch((...args) => (seen.push(args), answers[seen.length - 1]!), async () => {
      assertEquals(await (await platformTokenFetch("https://api.example/", init)).text(), "answer");
      const failing = () => platformTokenFetch("https://api.example/x?token=SECRET", init);
      const error = await assertRejects(failing, TypeError, "at /x");
      assert(!error.message.includes("SECRET"));
    });
  } finally {
    Reflect.set(Deno, "createHttpClient", original);
  }
  assertEquals(seen[0], ["https://api.example/", init]);
});

Deno.test("platformTokenFetch() quotes no query in its errors (public bug 33)", async () => {
  const thrown = new TypeError("error sending request for url (https://api.example/?token=SECRET)");
  await withFetch(() => Promise.reject(thrown), async () => {
    const error = await assertRejects(() => platformTokenFetch("https://api.example/?token=SECRET"), TypeError);
    assert(!Deno.inspect(error, { showHidden: true, depth: 20 }).includes("SECRET"));
  });
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
