import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createData } from "@xsignals/data";
import { syncGroup } from "@xsignals/data/disk";
import { createEmulator } from "@xsignals/emulator";
import { bearer, createSession, type SessionError } from "@xsignals/session";
import { fakeClock } from "@xsignals/session/testing";
import { dataError, emulated } from "../stage_test.ts";
import { filesOf, GROUP, inFolder, pathsIn, until } from "./disk_stage_test.ts";

const SIZES = Array.from({ length: 12 }, (_, index) => 100 + index);
const NAMES = SIZES.map((_, index) => `prices_f${index}.csv`).sort();

Deno.test("syncGroup() ends at once when the login is refused", async () => {
  await inFolder(async (folder) => {
    const emulator = createEmulator({ files: filesOf(...SIZES), apiKeys: { key: "login" } });
    const { fetch } = emulator;
    const session = createSession({ strategy: bearer("wrong"), fetch });
    const lists = createData({
      baseUrl: session.baseUrl,
      fetch: (input, init) => {
        const headers = new Headers(init?.headers);
        headers.set("authorization", String(input).includes("search") ? "ApiKey key" : "Bearer wrong");
        return fetch(input, { ...init, headers });
      },
    }, { linkFetch: fetch });
    const error = await dataError(() => syncGroup(lists, GROUP, { folder }));
    assertEquals([error.code, error.status], ["http_error", 401]);
    assert(emulator.count("downloadFile") <= 8); // that were on their way
    assertEquals(await pathsIn(folder), []);

    const { data, session: loggedOut } = emulated({ files: filesOf(...SIZES) });
    await loggedOut.logout();
    const refused: SessionError = await assertRejects(() => syncGroup(data, GROUP, { folder })) as SessionError;
    assertEquals([refused.name, refused.code], ["SessionError", "login_required"]);
  });
});

Deno.test("syncGroup() ends when it is aborted: parts stay, the lock is free, the next run goes on", async () => {
  await inFolder(async (folder) => {
    const { data, emulator } = emulated({ files: filesOf(...SIZES) });
    emulator.faults.add({ operation: "downloadFile", skip: 4, stallAfter: 60, times: Infinity });
    const abort = new AbortController();
    const syncing = syncGroup(data, GROUP, { folder, signal: abort.signal });
    await until(async () => {
      const paths = await pathsIn(folder).catch(() => []); // some go while it looks
      const parts = paths.filter((path) => path.endsWith(".part")).map((path) => Deno.stat(`${folder}/${path}`));
      return (await Promise.allSettled(parts)).filter((one) => "value" in one && one.value.size === 60).length === 4;
    });
    abort.abort(new Error("enough"));
    await assertRejects(() => syncing, Error, "enough");
    const left = (await pathsIn(folder)).filter((path) => path.startsWith("."));
    assertEquals(left.length, 8); // four parts with what is known of them, no lock
    emulator.faults.clear();
    const result = await syncGroup(data, GROUP, { folder });
    assertEquals([result.fetched.length, result.there, emulator.count({ operation: "fetchLink", status: 206 })], [
      8,
      4,
      4,
    ]);
    assertEquals(await pathsIn(folder), NAMES);
  });
});

Deno.test("syncGroup() lets nobody else sync the folder meanwhile, in this process neither", async () => {
  await inFolder(async (folder) => {
    const { data, operations } = emulated({ files: filesOf(...SIZES) });
    const ended = await Promise.allSettled([1, 2].map(() => syncGroup(data, GROUP, { folder })));
    const error = ended.find((one) => one.status === "rejected")?.reason;
    assertEquals([error.code, error.retryable], ["busy", true]);
    assertStringIncludes(error.message, `Cannot sync the group ${GROUP}: ${folder} is being synced by another program`);
    assertEquals(ended.find((one) => one.status === "fulfilled")?.value.fetched.length, 12);
    assertEquals(operations().filter((one) => one === "searchFiles").length, 1);
  });
});

Deno.test("syncGroup() waits when the server asks for it, with half as many downloads, until the budget is spent", async () => {
  await inFolder(async (folder) => {
    const clock = fakeClock();
    const most: number[] = [];
    let running = 0;
    const { emulator, session } = emulated({ files: filesOf(...SIZES) });
    const data = createData({
      baseUrl: session.baseUrl,
      async fetch(input, init) {
        most.push(++running);
        return await session.fetch(input, init).finally(() => running--);
      },
    }, { clock, random: () => 0, waitBudgetMs: 30_000, idleMs: 1_000_000_000 });
    async function moved<T>(call: Promise<T>): Promise<T> {
      let isOver = false;
      call.catch(() => {}).finally(() => isOver = true);
      await until(async () => {
        await clock.advance(500);
        return isOver;
      });
      return await call;
    }
    emulator.faults.add({ operation: "searchFiles", status: 429, headers: { "retry-after": "5" } });
    emulator.faults.add({ operation: "downloadFile", skip: 4, status: 503 });
    const result = await moved(syncGroup(data, GROUP, { folder }));
    assertEquals([result.fetched.length, emulator.count("downloadFile")], [12, 13]);
    assert(Math.max(...most) <= 2, `${most}`); // four at first, halved by the list's 429
    emulator.faults.add({ operation: "downloadFile", status: 429, times: Infinity });
    const error = await dataError(() => moved(syncGroup(data, GROUP, { folder: `${folder}/a` })));
    assertEquals([error.code, error.retryable], ["rate_limited", true]);
    emulator.faults.clear();
    emulator.faults.add({ operation: "downloadFile", status: 503, times: Infinity });
    const busy = await dataError(() => moved(syncGroup(data, GROUP, { folder: `${folder}/b` })));
    assertEquals([busy.code, busy.status], ["http_error", 503]);
    assertEquals(await pathsIn(`${folder}/b`), []);
  });
});

Deno.test("syncGroup() goes on while a server can be reached now and then", async () => {
  await inFolder(async (folder) => {
    const { session, emulator } = emulated({ files: filesOf(...Array(40).fill(10)) });
    let downloads = 0;
    const data = createData({
      baseUrl: session.baseUrl,
      async fetch(input, init) {
        if (String(input).endsWith("/download") && downloads++ % 2 === 0) throw new TypeError("fetch failed");
        return await session.fetch(input, init);
      },
    }, { linkFetch: emulator.fetch, retries: 0 });
    const { fetched, failed } = await syncGroup(data, GROUP, { folder });
    assertEquals([fetched.length, failed.length], [20, 20]);
  });
});

Deno.test("syncGroup() ends when no server can be reached any more", async () => {
  await inFolder(async (folder) => {
    const { data, emulator, events } = emulated({ files: filesOf(...Array(40).fill(10)) }, { retries: 0 });
    await syncGroup(data, GROUP, { folder, since: "2024-03-01T12:00:35" });
    emulator.faults.add({ operation: "downloadFile", refuse: true, times: Infinity });
    const error = await dataError(() => syncGroup(data, GROUP, { folder }));
    const tried = events.filter(({ type }) => type === "not_fetched").length;
    assertEquals([error.code, tried, (await pathsIn(folder)).length], ["unreachable", 11, 5]);
  });
});
