// What ends a command before its end: an interrupt, the time, a reader that leaves, an error that nobody knows.
import { fakeClock } from "@xsignals/session/testing";
import { assertEquals, assertMatch } from "@std/assert";
import { CommandError } from "./command_error.ts";
import { failureOf } from "./failure.ts";
import { run } from "./run.ts";
import { createSink, ENV, NOTE, OLDER, openStage, ORDERS, type Surroundings } from "./stage_test.ts";

/** A network in which downloads hang; calls `onHang` when one does. */
function hanging(fetch: NonNullable<Surroundings["fetch"]>, onHang: () => void): Surroundings["fetch"] {
  return (target, init) => {
    const request = new Request(target, init);
    if (!request.url.endsWith("/download")) return fetch(target, init);
    const { signal } = request;
    if (signal.aborted) return Promise.reject(signal.reason);
    const hangs = new Promise<Response>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    onHang();
    return hangs;
  };
}

Deno.test("sync ends with 130 when it is interrupted, says what is kept, and the next run goes on", async () => {
  await using stage = await openStage();
  const interrupt = new AbortController();
  const fetch = hanging(stage.emulator.fetch, () => interrupt.abort(new DOMException("interrupted", "AbortError")));
  const args = ["sync", ORDERS, "DIR/orders"];
  const outcome = await stage.run(args, { fetch, signal: interrupt.signal });
  const said = "Interrupted: 0 of 2 files fetched, and kept; run it again to go on\n";
  assertEquals(outcome, { code: 130, stdout: "", stderr: said });
  assertEquals((await stage.run(args)).stdout, "2 files: 2 fetched, 0 there already (878 B in 0:00)\n");
});

Deno.test("newest and download end with 130 when they are interrupted, and say so", async () => {
  await using stage = await openStage();
  const kept = "Interrupted: what has come of the file is kept; run it again to go on\n";
  for (
    const args of [["newest", ORDERS, "-d", "DIR"], ["download", NOTE, OLDER, "-d", "DIR"], [
      "newest",
      ORDERS,
      "-o",
      "-",
    ]]
  ) {
    const interrupt = new AbortController();
    const fetch = hanging(stage.emulator.fetch, () => interrupt.abort(new DOMException("interrupted", "AbortError")));
    const outcome = await stage.run(args, { fetch, signal: interrupt.signal });
    assertEquals(outcome, { code: 130, stdout: "", stderr: args.includes("-") ? "Interrupted\n" : kept });
  }
});

Deno.test("a refused connection behind a proxy is the proxy's: groups, api and doctor name it, without its credentials", async () => {
  await using stage = await openStage();
  const env = { ...ENV, XSIGNALS_BASE_URL: "https://api.example", HTTPS_PROXY: "http://user:SECRET@127.0.0.1:9/" };
  const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  const fetch = () => Promise.reject(new TypeError("fetch failed", { cause }));
  const token = { XSIGNALS_BASE_URL: "https://api.example", XSIGNALS_TOKEN: "t", HTTPS_PROXY: env.HTTPS_PROXY };
  const direct = await stage.run(["api", "/file/group"], { env: token, fetch }); // no login comes before the call
  assertMatch(
    direct.stderr,
    /^Cannot call api\.example: the proxy 127\.0\.0\.1:9 cannot be reached; check HTTPS_PROXY$/m,
  );
  for (const args of [["groups"], ["api", "/file/group"], ["doctor"]]) {
    const { stdout, stderr } = await stage.run(args, { env, fetch });
    assertMatch(
      stdout + stderr,
      /the proxy 127\.0\.0\.1:9 cannot be reached; check HTTPS_PROXY|to do: check HTTPS_PROXY/,
    );
    assertEquals(/SECRET|nothing listens/.test(stdout + stderr), false, stdout + stderr);
    const none = await stage.run(args, { env: { ...env, NO_PROXY: ".example" }, fetch });
    assertMatch(none.stdout + none.stderr, /nothing listens/);
  }
});

Deno.test("--timeout ends a command with 75, and says so", async () => {
  await using stage = await openStage();
  const clock = fakeClock();
  const hangs = Promise.withResolvers<void>();
  const fetch = hanging(stage.emulator.fetch, hangs.resolve);
  const args = ["sync", ORDERS, "DIR/orders", "--timeout", "1.5", "--json"];
  const ending = stage.run(args, { fetch, clock });
  await hangs.promise;
  await clock.advance(1_500);
  const { code, stdout, stderr } = await ending;
  assertEquals([code, stdout], [75, ""]);
  assertMatch(
    stderr,
    /^\{"error":\{"code":"timeout","message":"Cannot go on: the time of --timeout is over \(1\.5 s\)"/,
  );
});

Deno.test("a second sync of a folder ends with 75 while the first one runs", async () => {
  await using stage = await openStage();
  const interrupt = new AbortController();
  const hangs = Promise.withResolvers<void>();
  const fetch = hanging(stage.emulator.fetch, hangs.resolve);
  const args = ["sync", ORDERS, "DIR/orders"];
  const first = stage.run(args, { fetch, signal: interrupt.signal });
  await hangs.promise;
  const { code, stderr } = await stage.run(args);
  assertEquals([code, /is being synced by another program/.test(stderr)], [75, true]);
  interrupt.abort();
  assertEquals((await first).code, 130);
});

Deno.test("run() does not reject when nobody reads standard error, or standard output fails", async () => {
  const closed = { isTerminal: false, write: () => Promise.reject(new Error("SECRET")) };
  const world = {
    stdin: { isTerminal: false, readable: new Blob().stream() },
    stdout: createSink(),
    stderr: closed,
    env: new Map(),
    signal: new AbortController().signal,
    ask: () => Promise.resolve(undefined),
  };
  assertEquals(await run(["groups"], world), 4);
  const stderr = createSink();
  assertEquals(await run(["--help"], { ...world, stdout: closed, stderr }), 1);
  assertEquals(stderr.text(), "Cannot go on: an error that the command does not know (Error)\n");
});

Deno.test("failureOf() quotes no error of others, and knows a permission that is missing", () => {
  const unknown = [new Error("SECRET"), new TypeError("Cannot read properties of undefined (SECRET)"), "SECRET", null];
  for (const error of unknown) {
    const { code, exit, message } = failureOf(error);
    assertEquals([code, exit, message.includes("SECRET")], ["unexpected", 1, false]);
  }
  const denied = new Deno.errors.NotCapable('Requires env access to "TERM", run again with the --allow-env flag');
  assertEquals(failureOf(denied).message, "Cannot go on: run the program with --allow-env=TERM");
  assertEquals(failureOf(new CommandError("a", "b\x1b", { exit: 5 })).message, "b\\u{1b}");
});

Deno.test("a --timeout that was not needed leaves no timer behind", async () => {
  await using stage = await openStage();
  assertEquals((await stage.run(["groups", "--timeout", "30"])).code, 0); // the test fails if a timer goes on
});
