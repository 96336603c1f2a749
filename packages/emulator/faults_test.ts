import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { API, basic, createCaller } from "./caller_test.ts";
import type { Fault } from "./faults.ts";

/** A sleep that takes no time but is written down, until the signal aborts for `Infinity`. */
function recorder(): { slept: number[]; sleep: (ms: number, signal: AbortSignal) => Promise<void> } {
  const slept: number[] = [];
  return {
    slept,
    async sleep(ms, signal) {
      slept.push(ms);
      if (ms < Infinity) return;
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
  };
}

Deno.test("faults.add() strikes as often as times says, after the requests that skip lets pass; then the next fault strikes", async () => {
  const { emulator: { faults, log }, get, status } = createCaller();
  faults.add({ operation: "authLogin", status: 503, times: 2, skip: 1 });
  faults.add({ operation: "authLogin", status: 429, skip: 3 });
  assertEquals(faults.pending, 3);
  const seen: number[] = [];
  for (let count = 0; count < 6; count++) seen.push(await status(get("/auth/login", basic())));
  assertEquals(seen, [200, 503, 503, 200, 200, 429]);
  assertEquals(log.map(({ fault }) => fault === true), [false, true, true, false, false, true]);
  assertEquals(faults.pending, 0);
});

Deno.test("faults.add() strikes only matching requests, and can be removed", async () => {
  const { emulator: { faults, fetch }, get, status, oauth } = createCaller();
  const remove = faults.add({ host: "auth0", status: 500, times: Infinity });
  faults.add({ path: "/", credential: "basic", method: "GET", status: 502 });
  assertEquals(await status(get("/")), 401);
  assertEquals(await status(get("/auth/login", basic())), 200);
  assertEquals(await status(get("/", basic())), 502);
  assertEquals([await status(oauth()), await status(fetch("https://auth.xpansiv.com/x"))], [500, 500]);
  remove();
  remove();
  assertEquals(await status(oauth()), 200);
  faults.add({ status: 500, times: Infinity });
  assertEquals(await status(get("/auth/login", basic())), 500);
  faults.clear();
  assertEquals(await status(get("/auth/login", basic())), 200);
});

Deno.test("faults.add() before the server's work changes nothing, after it only the answer", async () => {
  const { emulator: { faults }, login, refresh, status } = createCaller();
  const { refreshToken } = await login();
  faults.add({ operation: "authRefresh", drop: true });
  await assertRejects(() => refresh(refreshToken), TypeError, "fetch failed");
  faults.add({ operation: "authRefresh", status: 500 });
  assertEquals(await status(refresh(refreshToken)), 500);
  faults.add({ operation: "authRefresh", drop: true, stage: "after" });
  await assertRejects(() => refresh(refreshToken), TypeError, "fetch failed");
  assertEquals(await status(refresh(refreshToken)), 401);

  const other = await login();
  faults.add({ operation: "authRefresh", status: 502, stage: "after" });
  assertEquals(await status(refresh(other.refreshToken)), 502);
  assertEquals(await status(refresh(other.refreshToken)), 401);
});

Deno.test("faults.add() loses a connection like a runtime, and shows no query", async () => {
  const { emulator: { faults, log }, get } = createCaller();
  faults.add({ drop: true });
  const lost = await assertRejects(() => get("/file/search?query=SECRET"), TypeError);
  faults.add({ refuse: true });
  const refused = await assertRejects(() => get("/file/search?query=SECRET"), TypeError);
  const texts = [lost, refused].map(({ cause }) => cause instanceof Error ? cause.message : "");
  assertEquals(texts.map((text) => /client error \((\w+)\)/.exec(text)?.[1]), ["SendRequest", "Connect"]);
  assertEquals(texts.some((text) => text.includes("SECRET")), false);
  assertEquals(log.map(({ status, fault }) => [status, fault]), [[undefined, true]]);
});

Deno.test("faults.add() answers with exactly its headers and body", async () => {
  const { emulator: { faults }, get, clock } = createCaller();
  const date = new Date(clock.ms).toUTCString();
  const answers: [Fault, string | null, string][] = [
    [{ status: 200 }, null, ""],
    [{ status: 200, body: '{"token":"t"}' }, null, '{"token":"t"}'],
    [{ status: 200, headers: { "content-type": "text/html" }, body: "<html>" }, "text/html", "<html>"],
    [{ status: 401, headers: { "content-type": "application/json" }, body: "null" }, "application/json", "null"],
    [{ status: 204 }, null, ""],
  ];
  for (const [fault, type, body] of answers) {
    faults.add(fault);
    const answer = await get("/auth/login", basic());
    assertEquals([answer.status, answer.headers.get("content-type"), await answer.text()], [fault.status!, type, body]);
    assertEquals(answer.headers.get("date"), date);
  }
  faults.add({ status: 429, headers: { "retry-after": "7", date: "Thu, 01 Jan 1970 00:00:00 GMT" } });
  const { headers } = await get("/auth/login", basic());
  assertEquals([headers.get("retry-after"), headers.get("date")], ["7", "Thu, 01 Jan 1970 00:00:00 GMT"]);
});

Deno.test("faults.add() calls respond with the request and the server's answer", async () => {
  const { emulator: { faults }, get } = createCaller();
  faults.add({ respond: (request) => new Response(new URL(request.url).search) });
  assertEquals(await (await get("/file/search?query=x")).text(), "?query=x");
  faults.add({ stage: "after", respond: async (_, answer) => Response.json(Object.keys(await answer!.json())) });
  assertEquals(await (await get("/auth/login", basic())).json(), ["token", "refreshToken"]);
});

Deno.test("faults.add() delays before or after the server's work, until the caller gives up", async () => {
  const { slept, sleep } = recorder();
  const { emulator: { faults, fetch, log }, login, refresh, status } = createCaller({ sleep });
  const { refreshToken } = await login();
  faults.add({ operation: "authRefresh", delay: 300, status: 500 });
  assertEquals(await status(refresh(refreshToken)), 500);
  assertEquals(slept, [300]);

  const send = (signal: AbortSignal) =>
    fetch(`${API}/auth/refresh`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refreshToken }),
      signal,
    });
  for (const stage of ["before", "after"] as const) {
    faults.add({ operation: "authRefresh", delay: Infinity, stage });
    const caller = new AbortController();
    const reason = { why: stage };
    const before = slept.length;
    const answer = send(caller.signal);
    while (slept.length === before) await new Promise((resolve) => setTimeout(resolve, 0)); // until it waits
    caller.abort(reason);
    assertEquals(await answer.then(() => "answered", (error) => error === reason), true);
  }
  assertEquals(log.at(-1)?.status, undefined);
  assertEquals(await status(refresh(refreshToken)), 401);
});

Deno.test("faults.add() delays a body after its headers, and the body fails with the reason of the caller's abort", async () => {
  const { slept, sleep } = recorder();
  const { emulator: { faults, fetch }, get } = createCaller({ sleep });
  faults.add({ bodyDelay: 500 });
  const late = await get("/auth/login", basic());
  assertEquals([late.status, slept], [200, []]);
  assertEquals(Object.keys(await late.json()), ["token", "refreshToken"]);
  assertEquals(slept, [500]);

  faults.add({ bodyDelay: Infinity });
  const caller = new AbortController();
  const headers = { authorization: basic() };
  const stalled = await fetch(`${API}/auth/login`, { headers, signal: caller.signal });
  const body = stalled.text().then(() => "came", (error) => error);
  const reason = new Error("enough");
  caller.abort(reason);
  assertEquals(await body === reason, true);

  faults.add({ bodyDelay: Infinity });
  await (await get("/auth/login", basic())).body?.cancel();
});

Deno.test("faults.add() throws for a wrong member", () => {
  const { emulator: { faults } } = createCaller();
  const wrong: Record<string, unknown>[] = [
    { operations: "authLogin" },
    {},
    { operation: "authLogin" },
    { drop: "after" },
    { refuse: 1 },
    { drop: true, times: 0 },
    { drop: true, times: 1.5 },
    { drop: true, skip: -1 },
    { drop: true, skip: Infinity },
    { drop: true, stage: "during" },
    { delay: -1 },
    { bodyDelay: NaN },
    { status: 101 },
    { status: 600 },
    { body: "x" },
    { headers: {} },
    { status: 204, body: "x" },
    { drop: true, operation: "authLogn" },
    { drop: true, host: "other" },
    { drop: true, credential: "token" },
    { respond: "x" },
    { respond: () => new Response(), status: 200 },
  ];
  for (const fault of wrong) assertThrows(() => faults.add(fault), TypeError, "Cannot add the fault");
  assertEquals(faults.pending, 0);
});

Deno.test("faults.add() lists the known operations for an unknown one", () => {
  const { emulator: { faults } } = createCaller();
  const fault = { operation: "authLogn", drop: true } as unknown as Fault;
  const { message } = assertThrows(
    () => faults.add(fault),
    TypeError,
    "operation must be one of authLogin, authRefresh",
  );
  assertEquals(message.includes("authLogn"), false); // it may be a secret on a command line
});
