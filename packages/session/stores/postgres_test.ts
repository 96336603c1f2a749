import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { PGlite } from "@electric-sql/pglite";
import { createEmulator } from "@xsignals/emulator";
import { SessionError } from "../errors.ts";
import { createSession } from "../session.ts";
import { login } from "../strategies/login.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import { storeContract } from "../testing/store_contract.ts";
import type { Store } from "../types.ts";
import { postgresStore, postgresTable } from "./postgres.ts";
import type { PostgresOptions, PostgresQuery, PostgresResult } from "./postgres.ts";
import { BUDGET_MS, MAX_TRIES } from "./tries.ts";

const A = Uint8Array.of(1, 2, 3);
const B = Uint8Array.of(4);

/** A real Postgres in this process; to start one takes a second, so that the tests share it, each with a row of its own. */
const db = await PGlite.create();
await db.query(postgresTable());

const send: PostgresQuery = (text, values) => db.query(text, values);

/** A store in a row that no other test has. */
function freshStore(query: PostgresQuery = send, options: PostgresOptions = {}): Store {
  return postgresStore(query, { key: crypto.randomUUID(), ...options });
}

/** What happens to the next statements: one step each, then they go through. */
type Fate = "lost before" | "lost after" | { readonly code: string } | (() => Promise<unknown>);

/** The database, but for the fates that are set. */
function fated(): { query: PostgresQuery; fates: Fate[]; sent: () => number } {
  const fates: Fate[] = [];
  let sent = 0;
  async function query(text: string, values: string[]): Promise<PostgresResult> {
    sent++;
    const fate = fates.shift();
    if (typeof fate === "object") throw Object.assign(new Error("SECRET"), fate);
    if (fate === "lost before") throw new Error("Connection terminated unexpectedly");
    const result = await send(text, values);
    if (typeof fate === "function") await fate();
    if (fate !== undefined) throw new Error("Connection terminated unexpectedly");
    return result;
  }
  return { query, fates, sent: () => sent };
}

async function written(result: Promise<string | false>): Promise<string> {
  const version = await result;
  assert(version !== false);
  return version;
}

const contract = storeContract(() => {
  const key = crypto.randomUUID();
  return { store: freshStore(send, { key }), second: freshStore(send, { key }) };
});
for (const { name, run } of contract) Deno.test(`postgresStore() ${name}`, run);

Deno.test("postgresStore() keeps one login for sessions that share a row, and none for those of another key", async () => {
  const emulator = createEmulator({ users: { login: "password" } });
  const strategy = login({ username: "login", password: "password" });
  const keys = ["a", "a", `a' "$1" \\ é😀`].map((key) => `${key} of this test`);
  const sessions = keys.map((key) =>
    createSession({ strategy, store: freshStore(send, { key }), fetch: emulator.fetch })
  );
  const [first, second, third] = await Promise.all(sessions.map((session) => session.token()));
  assertEquals(first, second);
  assert(first!.value !== third!.value);
  assertEquals(emulator.log.filter(({ path }) => path === "/auth/login").length, 2);
});

Deno.test("postgresStore() takes rows as an array, or as rows of an object, and nothing else", async () => {
  const key = crypto.randomUUID();
  const bare: PostgresQuery = async (text, values) => (await db.query(text, values)).rows;
  const version = await written(freshStore(bare, { key }).write(A, null));
  assertEquals(await freshStore(bare, { key }).read(), { data: A, version });
  assertEquals(await freshStore(send, { key }).read(), { data: A, version });
  const asArrays: PostgresQuery = (text, values) => db.query(text, values, { rowMode: "array" });
  await assertRejects(() => freshStore(asArrays, { key }).read(), SessionError, "rows that are not objects");
  for (const row of [null, "row", { version }, { data: "" }, { version, data: A }, { version: 1, data: "" }]) {
    const odd: PostgresQuery = () => Promise.resolve([row]);
    await assertRejects(() => freshStore(odd).read(), SessionError, "rows that are not objects");
  }
  for (const odd of [undefined, null, "rows", 7, {}, { rows: 1 }]) {
    const store = freshStore((() => Promise.resolve(odd)) as unknown as PostgresQuery);
    for (const call of [() => store.read(), () => store.write(A, null)]) {
      const error = await assertRejects(call, SessionError, "the query function resolves with no rows");
      assertEquals(error.code, "store_failed");
    }
  }
});

Deno.test("postgresStore() sends the same again when the driver has changed the list of values", async () => {
  const { query, fates } = fated();
  const store = freshStore((text, values) => query(text, values.splice(0)));
  fates.push({ code: "40001" });
  const version = await written(store.write(A, null));
  assertEquals(await store.read(), { data: A, version });
});

Deno.test("postgresStore() says by which SQL a missing table is made, and that makes it", async () => {
  await db.query("CREATE SCHEMA apart");
  for (const table of ["missing", "apart.missing"]) {
    const store = freshStore(send, { table });
    const sql = postgresTable(table);
    for (const call of [() => store.read(), () => store.write(A, null), () => store.write(A, "v")]) {
      const error = await assertRejects(call, SessionError, `there is no table ${table}; this makes it: ${sql}`);
      assertEquals(error.code, "store_failed");
    }
    await db.query(sql);
    const version = await written(store.write(A, null));
    await db.query(sql);
    assertEquals(await store.read(), { data: A, version });
  }
});

Deno.test("postgresStore() knows a write again whose answer was lost (public bug 27)", async () => {
  const { query, fates, sent } = fated();
  const key = crypto.randomUUID();
  const store = freshStore(query, { key });
  let version: string | null = null;
  for (const data of [A, B, null, A, A]) {
    fates.push("lost after", "lost before");
    const before = sent();
    const now = await written(store.write(data, version));
    assertEquals(sent() - before, 4); // done, not sent, refused, looked up
    version = data && now;
    assertEquals(await freshStore(send, { key }).read(), data && { data, version: now });
  }
});

Deno.test("postgresStore() knows a write again whose answer was lost and that others have replaced since", async () => {
  for (const times of [1, 5, 15]) {
    const { query, fates } = fated();
    const key = crypto.randomUUID();
    const store = freshStore(query, { key });
    const other = freshStore(send, { key });
    const first = await written(store.write(A, null));
    fates.push(async () => {
      for (let n = 0; n < times; n++) await other.write(B, (await other.read())!.version);
    });
    const second = await written(store.write(A, first));
    assertEquals(await store.write(A, second), false); // it is not the newest any more
    assertEquals((await store.read())?.data, B);
  }
});

Deno.test("postgresStore() tries again what did not reach the database, and loses to whoever wrote meanwhile", async () => {
  const { query, fates } = fated();
  const key = crypto.randomUUID();
  const store = freshStore(query, { key });
  const other = freshStore(send, { key });
  fates.push("lost before", "lost before");
  const first = await written(store.write(A, null));
  fates.push("lost before", { code: "40P01" }, { code: "40001" });
  assertEquals(await store.read(), { data: A, version: first });
  fates.push("lost before");
  const writing = store.write(A, first);
  const second = await written(other.write(B, first));
  assertEquals([await writing, await store.read()], [false, { data: B, version: second }]);
});

Deno.test("postgresStore() looks nothing up after a refusal that says nothing was done", async () => {
  const { query, fates, sent } = fated();
  const store = freshStore(query);
  const version = await written(store.write(A, null));
  await written(store.write(B, version));
  for (const code of ["40001", "40P01", "53300", "55P03", "57P03"]) {
    fates.push({ code });
    const before = sent();
    assertEquals(await store.write(A, version), false);
    assertEquals(sent() - before, 2);
  }
});

Deno.test("postgresStore() gives up in time, with pauses, when a failure does not pass (public bug 27)", async () => {
  for (
    const [code, why] of [
      ["40001", "others wrote at the same time, at every try (SQLSTATE 40001)"],
      ["08006", "the connection to the database failed, at every try (SQLSTATE 08006)"],
      ["ECONNREFUSED", "the query failed with Error ECONNREFUSED"],
    ] as const
  ) {
    for (const operation of ["read", "write"] as const) {
      const clock = fakeClock();
      let sent = 0;
      const store = freshStore(() => {
        sent++;
        return Promise.reject(Object.assign(new Error("SECRET"), { code }));
      }, { clock, random: () => 1 });
      const message = `Cannot ${operation} the session's record in Postgres: ${why}`;
      const done: Promise<unknown> = operation === "read" ? store.read() : store.write(A, null);
      const failed = assertRejects(() => done, SessionError, message);
      await clock.advance(BUDGET_MS);
      assertEquals((await failed).code, "store_failed");
      assert(sent > 10 && sent <= MAX_TRIES, `${sent} tries`);
      assertEquals(clock.sleeping(), 0);
    }
  }
});

Deno.test("postgresStore() does not wait for ever for a driver that does not answer", async () => {
  const clock = fakeClock();
  const store = freshStore(() => new Promise(() => {}), { clock });
  const failed = assertRejects(() => store.write(A, null), SessionError, "the database did not answer within 4000 ms");
  await clock.advance(BUDGET_MS);
  assertEquals((await failed).code, "store_failed");
});

Deno.test("postgresStore() does not try again what will not pass, and shows nothing of the driver's error", async () => {
  let sent = 0;
  const store = freshStore(() => {
    sent++;
    const members = { code: "42501", detail: "SECRET", query: "SECRET", cause: new Error("SECRET") };
    throw Object.assign(new Error("SECRET"), members);
  });
  for (const call of [() => store.read(), () => store.write(A, null), () => store.write(null, "v")]) {
    const before = sent;
    const error = await assertRejects(call, SessionError, "the role may not select, insert and update in the table");
    assertEquals([sent - before, error.code, error.cause], [1, "store_failed", undefined]);
    const shown = [Deno.inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), `${error.stack}`];
    assertEquals(shown.filter((text) => text.includes("SECRET")), []);
  }
});

Deno.test("postgresStore() says that the database only reads, as it says itself", async () => {
  await db.query("SET default_transaction_read_only = on");
  try {
    const store = freshStore();
    assertEquals(await store.read(), null);
    await assertRejects(() => store.write(A, null), SessionError, "the database takes no writes");
  } finally {
    await db.query("SET default_transaction_read_only = off");
  }
});

Deno.test("postgresStore() refuses wrong options at once", () => {
  const wrong = [
    ...["", 1, "a\0", "\ud800", "é".repeat(513)].map((key) => [
      { key },
      "Cannot make the Postgres store: key must be a non-empty string of 1024 bytes at most",
    ]),
    [{ clock: {} }, "clock must be an object with now and sleep"],
    [{ random: 1 }, "random must be a function"],
    [{ tabel: "t" }, "there is no option tabel"],

    ...["", "A", "a b", 'a"; DROP TABLE b', "a.b.c", ".a", "1a", "a-b", "a".repeat(64)].map((table) => [
      { table },
      "Cannot name the table",
    ]),
    [{ table: 1 }, "table must be a string"],
  ] as [PostgresOptions, string][];
  for (const [options, says] of wrong) assertThrows(() => postgresStore(send, options), TypeError, says);
  assertThrows(() => postgresStore(db as unknown as PostgresQuery), TypeError, "query must be a function");
  postgresStore(send, { key: "é".repeat(512), table: `${"a".repeat(63)}._1` });
});

Deno.test("postgresTable() makes a table that does nothing when it is there", () => {
  assertMatch(postgresTable(), /^CREATE TABLE IF NOT EXISTS "xsignals_session" \(key text PRIMARY KEY,/);
  assertThrows(() => postgresTable("a; b"), TypeError, "Cannot name the table");
});

Deno.test("postgresTable() is the SQL that the README shows", async () => {
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  const shown = /```sql\n(CREATE TABLE[^`]+)```/.exec(readme)?.[1];
  assertEquals(shown?.trim().replace(/\s+/g, " "), postgresTable());
});
