import { assert, assertEquals, assertThrows } from "@std/assert";
import { SessionError } from "./errors.ts";
import { decodeRecord, encodeRecord, type SessionRecord } from "./record.ts";

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
    { of: "e", code: "rate_limited", at: 7, forMs: 8 },
    { of: "f", code: "unreachable", at: 7, forMs: 0.5 },
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
  const later = { ...more, refusals: [...FULL.refusals!, { of: "z", code: "of a later version", at: 1 }] };
  assertEquals(decodeRecord(bytes(JSON.stringify(later))), FULL);
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
      { of: "a", code: 7, at: 1 },
    ], [{ of: "a", code: "blocked", at: 1, forMs: "1" }]].map((refusals) => ({ refusals })),
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
