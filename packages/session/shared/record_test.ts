import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { SessionError } from "../errors.ts";
import { memoryStore } from "../stores/memory.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import { fakeContext } from "../testing/fake_context.ts";
import type { StoreEngine } from "../types.ts";
import { decodeRecord, encodeRecord, openRecord, type StoredRecord } from "./record.ts";

const FULL: StoredRecord = {
  identity: "an-identity",
  token: { scheme: "Bearer", value: "abc", expiresAt: 1.5, lifetime: 0, refresh: "r" },
  inFlight: "h",
  by: "me",
  lease: { holder: "me", ms: 15_000 },
  refusals: [
    { of: "a", what: "login", code: "credentials_rejected", at: 3 },
    { of: "b", what: "refresh", code: "login_required", at: -4 },
    { of: "c", what: "login", code: "blocked", at: 5 },
    { of: "d", what: "login", code: "mfa_required", at: 6 },
    { of: "e", what: "refresh", code: "rate_limited", at: 7, forMs: 8 },
    { of: "f", what: "login", code: "unreachable", at: 7, forMs: 0.5 },
  ],
  loggedOut: "x",
};

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function assertDamaged(data: Uint8Array, name: string): void {
  const error = assertThrows(() => decodeRecord(data), SessionError);
  assert(error instanceof SessionError);
  const why = "it is damaged, or of another version of this package; remove it or use that version";
  assertEquals([error.code, error.message], ["store_failed", `Cannot read the session's record: ${why}`], name);
  assert(!Deno.inspect(error, { depth: 20, showHidden: true, getters: true }).includes("SECRET"), name);
}

Deno.test("decodeRecord() returns what encodeRecord() was given", () => {
  const records: StoredRecord[] = [
    FULL,
    { identity: "x" },
    { identity: "x", token: { scheme: "Bearer", value: "abc" } },
    { identity: "x", refusals: [] },
    { identity: "x", inFlight: "a", by: "b" },
    { identity: "x", loggedOut: "a" },
  ];
  for (const record of records) assertEquals(decodeRecord(encodeRecord(record)), record);
});

Deno.test("encodeRecord() writes UTF-8 JSON with its version", () => {
  assertEquals(new TextDecoder().decode(encodeRecord({ identity: "ł" })), '{"v":2,"identity":"ł"}');
});

Deno.test("decodeRecord() reads a record of 10 MB", () => {
  const record: StoredRecord = { identity: "x", token: { scheme: "Bearer", value: "a".repeat(10_000_000) } };
  assertEquals(decodeRecord(encodeRecord(record)).token?.value.length, 10_000_000);
});

Deno.test("decodeRecord() keeps unknown members where they are, and takes none for its own", () => {
  const more = {
    ...FULL,
    extra: { a: 1 },
    token: { ...FULL.token!, id_token: "x" },
    lease: { ...FULL.lease!, n: 1 },
  };
  assertEquals(decodeRecord(bytes(JSON.stringify({ v: 2, ...more }))), more);
  const polluting = '{"v":2,"identity":"x","__proto__":{"token":{"scheme":"Bearer","value":"SECRET"}}}';
  assertEquals(decodeRecord(bytes(polluting)).token, undefined);
});

Deno.test("decodeRecord() accepts a byte order mark, which an editor may have added", () => {
  assertEquals(decodeRecord(bytes('\ufeff{"v":2,"identity":"x"}')), { identity: "x" });
});

Deno.test("decodeRecord() refuses the record of another version, whatever else is in it", () => {
  const whole = new TextDecoder().decode(encodeRecord(FULL));
  for (const v of ["3", "2.5", "1", "0", "-2", '"2"', "null", "[2]", "1e999"]) {
    assertDamaged(bytes(whole.replace('"v":2', `"v":${v}`)), v);
  }
  assertDamaged(bytes('{"v":1,"identity":"x","spending":{"hash":"SECRET","at":1}}'), "the version before");
});

Deno.test("decodeRecord() is store_failed for damaged bytes, and the error quotes nothing of them (17, 33)", () => {
  const texts = [
    "",
    "{",
    '{"tok',
    "SECRET",
    '"SECRET"',
    "null",
    "[]",
    "7",
    "true",
    '{"token":"SECRET"}',
    "{}",
    "\0\0\0",
  ];
  for (const text of texts) assertDamaged(bytes(text), text);
  assertDamaged(Uint8Array.of(0x7b, 0xff, 0x7d), "no UTF-8");
  assertDamaged(encodeRecord({ identity: "x" }).map((byte) => byte === 0x78 ? 0xff : byte), "no UTF-8 in a text");
  assertDamaged(Uint8Array.of(0xfe, 0xff, 0x00, 0x7b), "UTF-16");
  const whole = encodeRecord(FULL);
  for (let length = 0; length < whole.length; length++) assertDamaged(whole.slice(0, length), `cut at ${length}`);
});

Deno.test("decodeRecord() is store_failed for each member of the wrong kind", () => {
  const token = { scheme: "Bearer", value: "abc" };
  const wrong: Record<string, unknown>[] = [
    { identity: undefined },
    { identity: 7 },
    ...[null, "SECRET", 7, [], {}, { scheme: "Bearer" }, { value: "SECRET" }].map((token) => ({ token })),
    ...["", 7, null, "Be arer", "Bearer\r\n"].map((scheme) => ({ token: { ...token, scheme } })),
    ...["", 7, null, "SECRET\r\nX: y", "SECRET ", "SECRETł"].map((value) => ({ token: { ...token, value } })),
    ...["", 7, null, "SECRET\n"].map((refresh) => ({ token: { ...token, refresh } })),
    ...["7", null, {}].map((expiresAt) => ({ token: { ...token, expiresAt } })),
    ...["7", null, {}, true].map((lifetime) => ({ token: { ...token, lifetime } })),
    ...[null, 7, [], {}, { hash: "h" }, { by: "me" }, { hash: 1, by: "me" }, { hash: "h", by: 1 }].map(
      (inFlight) => ({ inFlight }),
    ),
    ...[null, "me", [], {}, { holder: "me" }, { ms: 1 }, { holder: 1, ms: 1 }, { holder: "me", ms: null }].map(
      (lease) => ({ lease }),
    ),
    ...[null, {}, "x", [null], [7], [{}]].map((refusals) => ({ refusals })),
    ...[
      { what: undefined },
      { at: undefined },
      { at: "1" },
      { of: 1 },
      { code: 7 },
      { forMs: "1" },
      { forMs: null },
    ].map((member) => ({ refusals: [{ of: "a", what: "login", code: "blocked", at: 1, ...member }] })),
    ...[null, true, 7, {}, { id: "x" }].map((loggedOut) => ({ loggedOut })),
  ];
  for (const members of wrong) {
    const json = JSON.stringify({ v: 2, identity: "x", ...members });
    assertDamaged(bytes(json), json);
  }
});

Deno.test("decodeRecord() refuses a number that cannot be written again", () => {
  assertDamaged(bytes('{"v":2,"identity":"x","token":{"scheme":"Bearer","value":"a","expiresAt":1e999}}'), "expiresAt");
  assertDamaged(bytes('{"v":2,"identity":"x","lease":{"holder":"a","ms":1e999}}'), "lease");
});

/** An account's record in a store, and what the session was told. */
function open(store: StoreEngine = memoryStore(), identity = "me") {
  const context = fakeContext(fakeClock(5));
  return { context, store, account: openRecord(context, store, () => Promise.resolve(identity)) };
}

Deno.test("read() of an empty store is an empty record of this identity", async () => {
  assertEquals(await open().account.read(), { record: {}, version: null, isNew: true });
});

Deno.test("write() compares with the version, and read() returns what was written", async () => {
  const { account, store } = open();
  const record = { loggedOut: "x" };
  const version = await account.write(record, null);
  assert(version !== false);
  assertEquals((await store.read())?.data, encodeRecord({ ...record, identity: "me" }));
  assertEquals(await account.read(), { record, version, isNew: false });
  assertEquals(await account.write({}, null), false);
  assertEquals(await account.write({}, `${version}x`), false);
  assertEquals((await account.read()).record, record);
});

Deno.test("read() never uses another identity's record, and reports it once a version", async () => {
  const store = memoryStore();
  const [{ context, account: mine }, { account: other }] = [open(store), open(store, "other")];
  const token = { scheme: "Bearer", value: "abc" };
  const version = await other.write({ token }, null);
  assert(version !== false);
  for (let times = 0; times < 3; times++) {
    assertEquals(await mine.read(), { record: {}, version, isNew: true });
  }
  assertEquals(context.events, [{ type: "record_foreign", at: 5 }]);
  await other.write({}, version);
  const later = await mine.read();
  assertEquals(context.events.length, 2);
  assert(await mine.write({}, later.version) !== false);
  assertEquals((await mine.read()).isNew, false);
});

Deno.test("read() of a record that is damaged or of another version is store_failed, and leaves it as it is", async () => {
  for (const text of ["SECRET", '{"v":3,"identity":"me"}', '{"v":1,"identity":"me"}']) {
    const { context, store, account } = open();
    const data = bytes(text);
    await store.write(data, null);
    const error = await assertRejects(() => account.read(), SessionError);
    assertEquals(error.code, "store_failed");
    assertEquals(context.events, [{ type: "store_failed", at: 5, operation: "read" }]);
    assertEquals((await store.read())?.data, data);
  }
});

Deno.test("read() and write() report a store's failure once each as store_failed, and quote nothing of it (33)", async () => {
  const cause = Object.assign(new Error("postgres://me:SECRET@host"), { code: "ECONNRESET" });
  const fail = () => {
    throw cause;
  };
  const failing: StoreEngine[] = [
    { read: () => Promise.reject(cause), write: () => Promise.reject(cause) },
    { read: fail, write: fail },
  ];
  for (const store of failing) {
    const { context, account } = open(store);
    const read = await assertRejects(() => account.read(), SessionError);
    const write = await assertRejects(() => account.write({}, null), SessionError);
    assertEquals(read.message, "Cannot read the session's record: Error ECONNRESET");
    assertEquals(write.message, "Cannot write the session's record: Error ECONNRESET");
    for (const error of [read, write]) {
      assertEquals(error.code, "store_failed");
      assert(!Deno.inspect(error, { depth: 20, showHidden: true, getters: true }).includes("SECRET"));
    }
    assertEquals(context.events, [
      { type: "store_failed", at: 5, operation: "read" },
      { type: "store_failed", at: 5, operation: "write" },
    ]);
  }
});

Deno.test("read() passes on the store's own SessionError", async () => {
  const own = new SessionError("store_not_shared", "Cannot use the store: this database is in memory");
  const { account } = open({ read: () => Promise.reject(own), write: () => Promise.reject(own) });
  assertStrictEquals(await account.read().catch((error) => error), own);
});
