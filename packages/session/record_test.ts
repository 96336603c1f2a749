import { assert, assertEquals, assertThrows } from "@std/assert";
import { SessionError } from "./errors.ts";
import { addRefusal, decodeRecord, encodeRecord, findRefusal, type Refusal, type SessionRecord } from "./record.ts";
import { fakeClock } from "./testing/fake_clock.ts";
import { fakeIo } from "./testing/fake_io.ts";

const FULL: SessionRecord = {
  identity: "zażółć 😀",
  token: { scheme: "Bearer", value: "abc", expiresAt: 1.5, lifetime: 0, refresh: "r" },
  spending: { hash: "h", at: 2 },
  lease: { holder: "me", ms: 15_000 },
  refusals: [
    { of: "a", code: "credentials_rejected", at: 3 },
    { of: "b", code: "login_required", at: -4 },
    { of: "c", code: "blocked", at: 5 },
    { of: "d", code: "mfa_required", at: 6 },
  ],
  loggedOut: { id: "x", at: 6 },
};

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function assertDamaged(data: Uint8Array, name: string, message = "it is damaged"): void {
  const error = assertThrows(() => decodeRecord(data), SessionError, "Cannot read the session's record");
  assert(error instanceof SessionError);
  assertEquals([error.code, error.message], ["store_failed", `Cannot read the session's record: ${message}`], name);
  assert(!Deno.inspect(error, { depth: 20, showHidden: true, getters: true }).includes("SECRET"), name);
}

Deno.test("decodeRecord() gives back what encodeRecord() was given", () => {
  const records: SessionRecord[] = [
    FULL,
    { identity: "" },
    { identity: "x", token: { scheme: "Bearer", value: "abc" } },
    { identity: "x", refusals: [] },
    { identity: "x", spending: { hash: "h", at: 1, repeated: true } },
    { identity: "x", spending: { hash: "h", at: 1, by: "holder" } },
    { identity: "x", loggedOut: { id: "", at: 0 } },
  ];
  for (const record of records) assertEquals(decodeRecord(encodeRecord(record)), record);
});

Deno.test("encodeRecord() is UTF-8 JSON with its version", () => {
  assertEquals(new TextDecoder().decode(encodeRecord({ identity: "ł" })), '{"v":1,"identity":"ł"}');
});

Deno.test("decodeRecord() takes a record of 10 MB", () => {
  const record: SessionRecord = { identity: "x", token: { scheme: "Bearer", value: "a".repeat(10_000_000) } };
  assertEquals(decodeRecord(encodeRecord(record)).token?.value.length, 10_000_000);
});

Deno.test("decodeRecord() leaves out members that it does not know", () => {
  const more = {
    ...FULL,
    v: 1,
    extra: { a: 1 },
    token: { ...FULL.token, id_token: "x" },
    lease: { ...FULL.lease, n: 1 },
  };
  assertEquals(decodeRecord(bytes(JSON.stringify(more))), FULL);
  const polluting = '{"v":1,"identity":"x","__proto__":{"token":{"scheme":"Bearer","value":"SECRET"}}}';
  assertEquals(decodeRecord(bytes(polluting)).token, undefined);
});

Deno.test("decodeRecord() takes a byte order mark, as an editor may leave it", () => {
  assertEquals(decodeRecord(bytes('\ufeff{"v":1,"identity":"x"}')), { identity: "x" });
});

Deno.test("decodeRecord() refuses a newer version by name, whatever else is in it", () => {
  for (const json of ['{"v":2,"identity":"x"}', '{"v":1.5}', '{"v":1e999,"token":"SECRET"}']) {
    assertDamaged(bytes(json), json, "a newer version of this package wrote it");
  }
});

Deno.test("decodeRecord() is store_failed for damaged bytes, never a record, and quotes nothing of them (17, 33)", () => {
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
    { v: "1" },
    { v: "2" },
    { v: null },
    { v: 0 },
    { v: -1 },
    { identity: undefined },
    { identity: 7 },
    ...[null, "SECRET", 7, [], {}, { scheme: "Bearer" }, { value: "SECRET" }].map((token) => ({ token })),
    ...["", 7, null, "Be arer", "Bearer\r\n"].map((scheme) => ({ token: { ...token, scheme } })),
    ...["", 7, null, "SECRET\r\nX: y", "SECRET ", "SECRETł"].map((value) => ({ token: { ...token, value } })),
    ...["", 7, null, "SECRET\n"].map((refresh) => ({ token: { ...token, refresh } })),
    ...["7", null, {}].map((expiresAt) => ({ token: { ...token, expiresAt } })),
    ...["7", null, {}, true].map((lifetime) => ({ token: { ...token, lifetime } })),
    ...[null, 7, [], {}, { hash: "h" }, { at: 1 }, { hash: 1, at: 1 }, { hash: "h", at: "1" }, {
      hash: "h",
      at: 1,
      by: 1,
    }].map((spending) => ({
      spending,
    })),
    ...[null, "me", [], {}, { holder: "me" }, { ms: 1 }, { holder: 1, ms: 1 }, { holder: "me", ms: null }].map(
      (lease) => ({ lease }),
    ),
    ...[null, {}, "x", [null], [7], [{}], [{ of: "a", code: "blocked" }], [{ of: 1, code: "blocked", at: 1 }], [
      { of: "a", code: "other", at: 1 },
    ]].map((refusals) => ({ refusals })),
    ...[null, true, {}, { id: "x" }, { at: 1 }].map((loggedOut) => ({ loggedOut })),
  ];
  for (const members of wrong) {
    const json = JSON.stringify({ v: 1, identity: "x", ...members });
    assertDamaged(bytes(json), json);
  }
});

Deno.test("decodeRecord() takes no number that would not survive being written again", () => {
  assertDamaged(bytes('{"v":1,"identity":"x","token":{"scheme":"Bearer","value":"a","expiresAt":1e999}}'), "expiresAt");
  assertDamaged(bytes('{"v":1,"identity":"x","lease":{"holder":"a","ms":1e999}}'), "lease");
});

Deno.test("addRefusal() keeps the newest eight, each once, and leaves the given record as it was", () => {
  const refusal = (of: string, at = 0): Refusal => ({ of, code: "credentials_rejected", at });
  let record: SessionRecord = Object.freeze({ identity: "x", token: FULL.token });
  for (let i = 0; i < 10; i++) record = addRefusal(record, refusal(`c${i}`));
  assertEquals(record.refusals?.map(({ of }) => of), ["c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"]);
  const again = addRefusal(record, refusal("c4", 7));
  assertEquals(again.refusals?.map(({ of }) => of), ["c2", "c3", "c5", "c6", "c7", "c8", "c9", "c4"]);
  assertEquals(again.refusals?.at(-1)?.at, 7);
  assertEquals(record.refusals?.length, 8);
  assertEquals(again.token, FULL.token);
});

Deno.test("findRefusal() respects each kind for its own time", async () => {
  const clock = fakeClock();
  const io = fakeIo(clock, { limits: { cooldownMs: 60_000 } });
  const codes = ["credentials_rejected", "login_required", "blocked"] as const;
  const name = (code: string) => code === "login_required" ? "token" : `salt.${code}`; // a refresh token, or credentials
  const refusals = codes.map((code) => ({ of: name(code), code, at: clock.now() }));
  const record: SessionRecord = { identity: "x", refusals };
  const respected = () => codes.filter((code) => findRefusal(record, name(code), io)?.code === code);
  assertEquals(respected(), [...codes]);
  await clock.advance(59_999);
  assertEquals(respected(), [...codes]);
  await clock.advance(1);
  assertEquals(respected(), ["credentials_rejected", "blocked"]);
  await clock.advance(14 * 60_000 - 1);
  assertEquals(respected(), ["credentials_rejected", "blocked"]);
  await clock.advance(1);
  assertEquals(respected(), ["credentials_rejected"]);
  assertEquals(findRefusal(record, "another", io), undefined);
  assertEquals(findRefusal({ identity: "x" }, "blocked", io), undefined);
});

Deno.test("findRefusal() respects a refusal of the client, which has no slow fingerprint, for a while only", async () => {
  const clock = fakeClock();
  const io = fakeIo(clock, { limits: { cooldownMs: 60_000 } });
  const record: SessionRecord = {
    identity: "x",
    refusals: [{ of: "token", code: "credentials_rejected", at: clock.now() }],
  };
  assertEquals(findRefusal(record, "token", io)?.code, "credentials_rejected");
  await clock.advance(60_000);
  assertEquals(findRefusal(record, "token", io), undefined);
});
