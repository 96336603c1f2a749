import { assertEquals, assertThrows } from "@std/assert";
import { createData, type DataOptions } from "@xsignals/data";
import { fakeClock } from "@xsignals/session/testing";
import { callsOf, type Data } from "./data.ts";
import { createPace } from "./pace.ts";

const connection = { fetch: () => Promise.resolve(new Response()), baseUrl: "https://api.example" };

Deno.test("createData() takes a wrong option for a TypeError that names it", () => {
  const wrong: [unknown, string][] = [
    [{ concurrency: 0 }, "concurrency must be a whole number from 1 to 16"],
    [{ concurrency: 17 }, "concurrency must be"],
    [{ retries: -1 }, "retries must be a whole number from 0 to 100"],
    [{ retries: 1.5 }, "retries must be"],
    [{ waitBudgetMs: NaN }, "waitBudgetMs must be a number of milliseconds from 0"],
    [{ idleMs: "x" }, "idleMs must be a whole number of milliseconds from 1"],
    [{ idleMs: 0 }, "idleMs must be"],
    [{ linkFetch: "fetch" }, "linkFetch must be a function"],
    [{ onEvent: {} }, "onEvent must be a function"],
    [{ clock: { now: 1 } }, "clock must be an object with now and sleep"],
    [{ retires: 3 }, "there is no option retires"],
    [{ constructor: 3 }, "there is no option constructor"],
    [null, "its options must be an object"],
  ];
  for (const [options, message] of wrong) {
    assertThrows(() => createData(connection, options as DataOptions), TypeError, `Cannot make the data: ${message}`);
  }
  createData(connection, { retries: undefined, concurrency: 16, waitBudgetMs: 0 });
});

Deno.test("createData() throws a TypeError for what is not a connection", () => {
  for (const wrong of [undefined, null, "https://api.example", {}, { fetch }, { ...connection, baseUrl: 7 }]) {
    assertThrows(() => createData(wrong as never), TypeError, "connection must have fetch and baseUrl");
  }
  for (const baseUrl of ["", "/path", "ftp://a", "https://a/?b", "https://user:SECRET@a", "https://auth.xpansiv.com"]) {
    const error = assertThrows(() => createData({ ...connection, baseUrl }), TypeError, "Cannot connect");
    assertEquals(error.message.includes("SECRET"), false);
  }
});

Deno.test("createData() lets a program end before the deadline of its signal", async () => {
  const code = `import { createData } from "@xsignals/data";
    const fetch = () => Promise.resolve(Response.json({ name: "A" }));
    const signal = AbortSignal.timeout(60_000);
    console.log((await createData({ fetch, baseUrl: "https://api.example" }).group("A", { signal })).name);`;
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", code],
    cwd: new URL(".", import.meta.url),
    signal: AbortSignal.timeout(20_000), // it kills the program
  }).output();
  assertEquals([new TextDecoder().decode(stdout), success], ["A\n", true]);
});

Deno.test("callsOf() finds what the methods work with, in a copy too", () => {
  const data = createData(connection, { concurrency: 7 });
  assertEquals(callsOf({ ...data }).limits, { concurrency: 7, retries: 3, waitBudgetMs: 60_000, idleMs: 30_000 });
  assertThrows(() => callsOf({} as Data), TypeError, "it must be what createData() returned");
});

Deno.test("place() lets so many in at a time, in their order, and fewer for a while after a pause", async () => {
  const clock = fakeClock();
  const pace = createPace(4, clock);
  const entered: number[] = [];
  const places = Array.from({ length: 6 }, async (_, number) => {
    const leave = await pace.place();
    entered.push(number);
    return leave;
  });
  await clock.advance(0);
  assertEquals(entered, [0, 1, 2, 3]);
  pace.pause(5_000);
  pace.pause(9_000); // of another call, at the same time: it is halved once
  assertEquals(pace.pauseLeft(), 9_000);
  const [first, second, third] = await Promise.all(places.slice(0, 3));
  first!();
  first!();
  second!();
  await clock.advance(0);
  assertEquals(entered.length, 4); // two run, and two are allowed
  third!();
  await clock.advance(0);
  assertEquals(entered, [0, 1, 2, 3, 4]);
  await clock.advance(60_000);
  (await places[4]!)();
  await clock.advance(0);
  assertEquals(entered, [0, 1, 2, 3, 4, 5]);
});

Deno.test("place() leaves the queue when the caller aborts", async () => {
  const pace = createPace(1, fakeClock());
  const leave = await pace.place();
  const stop = new AbortController();
  const waiting = pace.place(stop.signal).catch((error) => error);
  stop.abort("enough");
  assertEquals(await waiting, "enough");
  assertEquals(await pace.place(AbortSignal.abort("before")).catch((error) => error), "before");
  leave();
  (await pace.place())();
});
