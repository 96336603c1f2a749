import { assert, assertEquals } from "@std/assert";
import { SessionError } from "./errors.ts";
import type { Refusal, SessionRecord } from "./record.ts";
import { addRefusal, concernsEverybody, findRefusal, refusalLeft, refusalOf, refusedBefore } from "./refusals.ts";
import { fakeClock } from "./testing/fake_clock.ts";
import { fakeIo } from "./testing/fake_io.ts";

const TOKEN = { scheme: "Bearer", value: "abc" };

Deno.test("addRefusal() keeps the newest eight, each once, and leaves the given record as it was", () => {
  const refusal = (of: string, at = 0): Refusal => ({ of, code: "credentials_rejected", at });
  let record: SessionRecord = Object.freeze({ identity: "x", token: TOKEN });
  for (let i = 0; i < 10; i++) record = addRefusal(record, refusal(`c${i}`));
  assertEquals(record.refusals?.map(({ of }) => of), ["c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"]);
  const again = addRefusal(record, refusal("c4", 7));
  assertEquals(again.refusals?.map(({ of }) => of), ["c2", "c3", "c5", "c6", "c7", "c8", "c9", "c4"]);
  assertEquals(again.refusals?.at(-1)?.at, 7);
  assertEquals(record.refusals?.length, 8);
  assertEquals(again.token, TOKEN);
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

Deno.test("findRefusal() respects what the server asked for, for as long as it said, by any clock", async () => {
  const clock = fakeClock();
  const io = fakeIo(clock);
  const at = clock.now();
  const refusal: Refusal = { of: "salt.x", code: "rate_limited", at, forMs: 5_000 };
  const record = addRefusal({ identity: "x" }, refusal);
  assertEquals([findRefusal(record, "salt.x", io), refusalLeft(refusal, io)], [refusal, 5_000]);
  await clock.advance(4_999);
  assertEquals([findRefusal(record, "salt.x", io), refusalLeft(refusal, io)], [refusal, 1]);
  await clock.advance(1);
  assertEquals(findRefusal(record, "salt.x", io), undefined);
  for (const skew of [-3_600_000, 3_600_000]) {
    assertEquals(findRefusal(addRefusal(record, { ...refusal, at: at + skew }), "salt.x", io), undefined);
  }
});

Deno.test("refusalOf() keeps the code that it knows, and the server's wait as a length of time", () => {
  const io = fakeIo(fakeClock());
  const at = io.clock.now();
  const of = (error: SessionError) => refusalOf(io, "x", error);
  assertEquals(of(new SessionError("blocked", "")), { of: "x", code: "blocked", at });
  assertEquals(of(new SessionError("bad_response", "")), { of: "x", code: "login_required", at });
  const later = new SessionError("rate_limited", "", { retryAt: at + 7_000 });
  assertEquals(of(later), { of: "x", code: "rate_limited", at, forMs: 7_000 });
});

Deno.test("concernsEverybody() of refused credentials and of a wait that the server named, of nothing else", () => {
  const concerns = (...of: ConstructorParameters<typeof SessionError>) => concernsEverybody(new SessionError(...of));
  assert(concerns("credentials_rejected", "") && concerns("blocked", ""));
  assert(concerns("rate_limited", "", { retryAt: 0 }) && concerns("unreachable", "", { status: 503, retryAt: 1 }));
  assert(!concerns("rate_limited", "") && !concerns("unreachable", "") && !concerns("mfa_required", ""));
  assert(!concernsEverybody(new TypeError("blocked")) && !concernsEverybody(undefined));
});

Deno.test("refusedBefore() is the refusal's own error, with what is left of the wait", async () => {
  const clock = fakeClock();
  const io = fakeIo(clock);
  const at = clock.now();
  await clock.advance(1_000);
  const parts = (refusal: Omit<Refusal, "of">) => {
    const { code, message, status, retryAt } = refusedBefore(io, { of: "salt.x", ...refusal });
    return [code, message.split(": ")[1], status, retryAt];
  };
  const refused = "the server refused these credentials before";
  const later = "the server asked to be asked later";
  assertEquals(parts({ code: "blocked", at }), ["blocked", refused, undefined, undefined]);
  assertEquals(parts({ code: "rate_limited", at, forMs: 5_000 }), ["rate_limited", later, undefined, at + 5_000]);
  assertEquals(parts({ code: "unreachable", at, forMs: 5_000 }), ["unreachable", later, 503, at + 5_000]);
  const rejected = parts({ code: "credentials_rejected", at, forMs: 5_000 });
  assertEquals(rejected, ["credentials_rejected", refused, undefined, at + 6_000]);
});
