import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { createDecipheriv } from "node:crypto";
import { createEmulator, type Emulator } from "@xsignals/emulator";
import { SessionError } from "../errors.ts";
import { createSession, type Session } from "../session.ts";
import { login } from "../strategies/login.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import { storeContract } from "../testing/store_contract.ts";
import type { Store } from "../types.ts";
import { encryptedStore, encryptionKeyId } from "./encrypted.ts";
import { kvStore } from "./kv.ts";
import { memoryStore } from "./memory.ts";

const OLD = Uint8Array.from({ length: 32 }, (_, at) => 7 * at);
const NEW = Uint8Array.from({ length: 32 }, (_, at) => 255 - 5 * at);
const ENTRY = "xsignals/login";
const RECORD = new TextEncoder().encode(
  '{"v":1,"identity":"a","token":{"scheme":"Bearer","value":"the-secret-token"}}',
);

const UNKNOWN_KEY =
  /^Cannot decrypt the session's record: it needs the key with the id [0-9a-f]{16}, which is not among/;
const CHANGED =
  "Cannot decrypt the session's record: it was changed, or belongs to another entry: authentication failed";
const PLAIN = "Cannot decrypt the session's record: it is not encrypted";
const LATER = /^Cannot decrypt the session's record: it has form \d+, and this version of the package knows form 1$/;

/** What somebody without types may pass. */
// deno-lint-ignore no-explicit-any
const untyped = (value: unknown): any => value;

function wrap(store: Store, keys = [NEW], entry = ENTRY): Store {
  return encryptedStore(store, { keys, entry });
}

/** What is stored under the wrapper. */
async function stored(store: Store): Promise<Uint8Array> {
  const entry = await store.read();
  assert(entry !== null);
  return entry.data;
}

/** A store that has those bytes. */
async function holding(bytes: Uint8Array): Promise<Store> {
  const store = memoryStore();
  await store.write(bytes, null);
  return store;
}

/** The record as it is stored. */
async function sealed(keys = [NEW], entry = ENTRY): Promise<Uint8Array> {
  const store = memoryStore();
  await wrap(store, keys, entry).write(RECORD, null);
  return await stored(store);
}

async function failure(store: Store): Promise<string> {
  const error = await assertRejects(() => store.read(), SessionError);
  assertEquals([error.code, error.cause], ["store_failed", undefined]);
  assert(!Deno.inspect(error, { showHidden: true, depth: 9 }).includes("secret"));
  return error.message;
}

for (const { name, run } of storeContract(() => wrap(memoryStore()))) {
  Deno.test(`encryptedStore() keeps the contract: ${name}`, run);
}

const watched = storeContract(async () => {
  const kv = await Deno.openKv(":memory:");
  const open = () => wrap(kvStore(kv, { allowLocal: true, watch: true }));
  return { store: open(), second: open(), close: () => kv.close() };
}, { changed: true });
for (const { name, run } of watched) Deno.test(`encryptedStore() over Deno KV keeps the contract: ${name}`, run);

Deno.test("encryptedStore() has the wrapped store's changed and exclusive, and only those", async () => {
  const plain = wrap(memoryStore());
  assertEquals([plain.changed, plain.exclusive], [undefined, undefined]);
  const seen: unknown[] = [];
  const { signal } = new AbortController();
  const inner: Required<Store> = {
    ...memoryStore(),
    changed(...args) {
      seen.push(this === inner, args);
      return Promise.resolve();
    },
    exclusive(work, given) {
      seen.push(this === inner, given);
      return work();
    },
  };
  const store = wrap(inner);
  await store.changed?.("7", 60, signal);
  assertEquals(await store.exclusive?.(() => Promise.resolve("result"), signal), "result");
  assertEquals(seen, [true, ["7", 60, signal], true, signal]);
});

Deno.test("encryptedStore() stores nothing that can be read, and never the same twice", async () => {
  const all = await Promise.all(Array.from({ length: 200 }, () => sealed()));
  for (const bytes of all) {
    assertEquals(bytes.length, RECORD.length + 40);
    assert(!new TextDecoder("latin1").decode(bytes).includes("secret"));
    assert(!new TextDecoder("latin1").decode(bytes).includes(ENTRY));
  }
  assertEquals(new Set(all.map((bytes) => String(bytes.subarray(12, 24)))).size, all.length);
  assertEquals(new Set(all.map((bytes) => String(bytes.subarray(24, 40)))).size, all.length);
});

Deno.test("encryptedStore() is AES-256-GCM over what its form says, for another implementation too", async () => {
  const bytes = await sealed();
  const id = Uint8Array.from((await encryptionKeyId(NEW)).match(/../g) ?? [], (digits) => parseInt(digits, 16));
  assertEquals(bytes.subarray(0, 12), Uint8Array.of(0x58, 0x53, 0x45, 1, ...id));
  const decipher = createDecipheriv("aes-256-gcm", NEW, bytes.subarray(12, 24));
  decipher.setAAD(Uint8Array.of(...bytes.subarray(0, 12), ...new TextEncoder().encode(ENTRY)));
  decipher.setAuthTag(bytes.subarray(-16));
  const text = [...decipher.update(bytes.subarray(24, -16)), ...decipher.final()];
  assertEquals(Uint8Array.from(text), RECORD);
});

Deno.test("encryptedStore() reads what its first version wrote", async () => {
  const text =
    "WFNFAcj39JfDFtmeJi3LtUi8wZBwD1IJCzG6uYyH/sNWeU6n6wHkU/2wycUgRHecyJW8IRczmGKtWHNBCpdzcOAnrrNY1CY5dcLZHGLuvXkR3KmmfdzrBMyaFicFrLcB7RXaxxnQMDOOhbI9V0CaXsKy839L";
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  assertEquals(await stored(wrap(await holding(bytes))), RECORD);
});

Deno.test("encryptedStore() encrypts with the first key, and decrypts with each", async () => {
  const store = memoryStore();
  const [old, both, newest] = [wrap(store, [OLD]), wrap(store, [NEW, OLD]), wrap(store, [NEW])];
  const first = await old.write(RECORD, null);
  assert(first !== false);
  assertEquals(await both.read(), { data: RECORD, version: first });
  assertEquals(
    await failure(newest),
    `Cannot decrypt the session's record: it needs the key with the id ${await encryptionKeyId(
      OLD,
    )}, which is not among the keys given`,
  );

  const second = await both.write(RECORD, first);
  assert(second !== false);
  assertEquals(await newest.read(), { data: RECORD, version: second });
  assertMatch(await failure(old), UNKNOWN_KEY);
  assertEquals(await stored(wrap(store, [OLD, NEW])), RECORD);
});

Deno.test("encryptedStore() refuses a wrong key, another entry's record and a plain one, and gives no token", async () => {
  const bytes = await sealed();
  assertMatch(await failure(wrap(await holding(bytes), [OLD])), UNKNOWN_KEY);
  assertEquals(await failure(wrap(await holding(bytes), [NEW], "xsignals/other")), CHANGED);
  assertEquals(await failure(wrap(await holding(bytes), [NEW], `${ENTRY} `)), CHANGED);
  for (const plain of [RECORD, new Uint8Array(), Uint8Array.of(0x58, 0x53, 0x45), new Uint8Array(100)]) {
    assertEquals(await failure(wrap(await holding(plain))), PLAIN);
  }
  assertEquals(await wrap(memoryStore()).read(), null);
});

Deno.test("encryptedStore() refuses a key that only says to be the right one", async () => {
  const bytes = await sealed([OLD]);
  bytes.set((await sealed([NEW])).subarray(4, 12), 4);
  assertEquals(await failure(wrap(await holding(bytes), [NEW, OLD])), CHANGED);
});

Deno.test("encryptedStore() refuses a record with any one bit flipped, and gives no token", async () => {
  const bytes = await sealed();
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    const message = await failure(wrap(await holding(flipped), [NEW, OLD]));
    const byte = bit >> 3;
    if (byte < 3) assertEquals(message, PLAIN);
    else if (byte === 3) assertMatch(message, LATER);
    else if (byte < 12) assertMatch(message, UNKNOWN_KEY);
    else assertEquals(message, CHANGED);
  }
});

Deno.test("encryptedStore() refuses a record of any other length", async () => {
  const bytes = await sealed();
  for (let length = 0; length < bytes.length; length++) {
    const message = await failure(wrap(await holding(bytes.slice(0, length))));
    const expected = length < 4 ? PLAIN : length < 40 ? "Cannot decrypt the session's record: it is cut off" : CHANGED;
    assertEquals(message, expected);
  }
  assertEquals(await failure(wrap(await holding(Uint8Array.of(...bytes, 0)))), CHANGED);
});

Deno.test("encryptedStore() recognizes a later form by its first bytes", async () => {
  assertMatch(await failure(wrap(await holding(Uint8Array.of(0x58, 0x53, 0x45, 2)))), LATER);
});

Deno.test("encryptedStore() passes on the wrapped store's own failures", async () => {
  const lost = new Error("connection lost");
  const fail = () => Promise.reject(lost);
  const store = wrap({ ...memoryStore(), read: fail, write: fail });
  for (const call of [() => store.read(), () => store.write(RECORD, null), () => store.write(null, "1")]) {
    assertEquals(await call().catch((error) => error), lost);
  }
});

Deno.test("encryptedStore() keeps its own copy of the keys", async () => {
  const [key, keys] = [NEW.slice(), [NEW]];
  const inner = memoryStore();
  const store = wrap(inner, [key]);
  const other = encryptedStore(inner, { keys, entry: ENTRY });
  key.fill(0);
  keys.pop();
  await store.write(RECORD, null);
  assertEquals(await stored(wrap(inner)), RECORD);
  assertEquals(await stored(other), RECORD);
});

Deno.test("encryptedStore() prints no key and no record", async () => {
  const store = wrap(memoryStore());
  await store.write(RECORD, null);
  await store.read();
  const shown = Deno.inspect(store, { showHidden: true, depth: 99, iterableLimit: 999, getters: true }) +
    JSON.stringify(store);
  assert(!shown.includes("secret") && !shown.includes(String(NEW[0])) && !shown.includes("Uint8Array"), shown);
});

Deno.test("encryptedStore() refuses what cannot be a key: a passphrase, another length, bytes that are not random", () => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    ["correct horse battery staple 1234", /a key is 32 random bytes in a Uint8Array, not a passphrase$/],
    ["RqGg+XX5OqIFcsNfP63oDXDCw9jF6jn3nIFAJRFxzLE=", /not a passphrase$/],
    [NEW.slice(1), /it must have 32 bytes, and has 31$/],
    [new Uint8Array(33), /and has 33$/],
    [new Uint8Array(), /and has 0$/],
    [new Uint8Array(32), /its bytes are not random$/],
    [new Uint8Array(32).fill(171), /its bytes are not random$/],
    [Uint8Array.from({ length: 32 }, (_, at) => at % 15), /its bytes are not random$/],
    [new TextEncoder().encode("correct horse battery staple !?/"), /it is a text; decode it first, for instance/],
    [new TextEncoder().encode("RqGg+XX5OqIFcsNfP63oDXDCw9jF6jn3"), /it is a text/],
    [NEW.buffer, /it is not a Uint8Array$/],
    [[...NEW], /it is not a Uint8Array$/],
    [undefined, /it is not a Uint8Array$/],
  ];
  for (const [key, message] of wrong) {
    const error = assertThrows(
      () => encryptedStore(memoryStore(), untyped({ keys: [OLD, key], entry: ENTRY })),
      TypeError,
    );
    assertMatch(error.message, /^Cannot use the encryption key: /);
    assertMatch(error.message, message);
  }
  encryptedStore(memoryStore(), { keys: [Uint8Array.from({ length: 32 }, (_, at) => at % 16)], entry: ENTRY });
});

Deno.test("encryptedStore() refuses wrong options at once", () => {
  const good = { keys: [NEW], entry: ENTRY };
  const wrong: readonly (readonly [unknown, string])[] = [
    [undefined, "its options must be an object"],
    [{ ...good, key: NEW }, "there is no option key"],
    [{ entry: ENTRY }, "it needs keys"],
    [{ ...good, keys: [] }, "keys must be a list of keys"],
    [{ ...good, keys: NEW }, "keys must be a list of keys"],
    [{ keys: [NEW] }, "it needs an entry"],
    [{ ...good, entry: "" }, "entry must be a non-empty string"],
    [{ ...good, entry: "\ud800" }, "entry must be a non-empty string"],
  ];
  for (const [options, why] of wrong) {
    const error = assertThrows(() => encryptedStore(memoryStore(), untyped(options)), TypeError);
    assertEquals(error.message, `Cannot make the encrypted store: ${why}`);
  }
  const { read, write } = memoryStore();
  for (const store of [undefined, null, {}, { read }, { read, write }]) {
    const error = assertThrows(() => encryptedStore(untyped(store), good), TypeError);
    assertEquals(error.message, "Cannot make the encrypted store: it needs a store to wrap, such as kvStore()");
  }
});

Deno.test("encryptionKeyId() names a key, the same each time, and each key otherwise", async () => {
  assertEquals(await encryptionKeyId(NEW), await encryptionKeyId(NEW.slice()));
  assertNotEquals(await encryptionKeyId(NEW), await encryptionKeyId(OLD));
  await assertRejects(() => encryptionKeyId(new Uint8Array(32)), TypeError, "its bytes are not random");
});

/** A session that logged in, at {@link RECORD}'s place. */
async function loggedIn(): Promise<{ emulator: Emulator; inner: Store; open(store: Store): Session }> {
  const clock = fakeClock();
  const emulator = createEmulator({ users: { login: "password" }, now: clock.now });
  const inner = memoryStore();
  const open = (store: Store) =>
    createSession({
      strategy: login({ username: "login", password: "password" }),
      store,
      clock,
      fetch: emulator.fetch,
    });
  await open(wrap(inner)).token();
  return { emulator, inner, open };
}

Deno.test("encryptedStore() shares one login between sessions, across a change of the key", async () => {
  const { emulator, inner, open } = await loggedIn();
  const token = await open(wrap(inner)).token();
  assertEquals(await open(wrap(inner, [OLD, NEW])).token(), token);
  assertEquals(emulator.count({ operation: "authLogin" }), 1);
  assert(!new TextDecoder("latin1").decode(await stored(inner)).includes(token.value));
});

Deno.test("a session whose record cannot be decrypted is told so, and neither logs in nor out", async () => {
  const { emulator, inner, open } = await loggedIn();
  const bytes = await stored(inner);
  const flip = (at: number) => bytes.map((byte, index) => index === at ? byte ^ 1 : byte);
  const broken: readonly (readonly [Store, RegExp])[] = [
    [wrap(inner, [OLD]), UNKNOWN_KEY],
    [wrap(inner, [NEW], "xsignals/other"), new RegExp(CHANGED)],
    [wrap(await holding(flip(bytes.length - 1))), new RegExp(CHANGED)],
    [wrap(await holding(flip(30))), new RegExp(CHANGED)],
    [wrap(await holding(RECORD)), new RegExp(PLAIN)],
  ];
  const before = emulator.log.length;
  for (const [store, message] of broken) {
    const session = open(store);
    for (const call of [() => session.token(), () => session.fetch("/file/group")]) {
      const error = await assertRejects(call, SessionError);
      assertEquals(error.code, "store_failed");
      assertMatch(error.message, message);
    }
  }
  assertEquals(emulator.log.length, before);
});
