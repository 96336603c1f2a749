import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { SessionError } from "../errors.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import { fakeContext } from "../testing/fake_context.ts";
import type { Token } from "../types.ts";
import { staticSource } from "./static.ts";

const FIXED: Token = { scheme: "Basic", value: "fixed" };

function tokenOf(value: string, expiresAt?: number): Token {
  return { scheme: "Bearer", value, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

/** A credential that is asked for, and counts it. */
function asked(next: (times: number) => Token | Promise<Token>) {
  const seen = { times: 0 };
  return { seen, load: async () => await next(++seen.times) };
}

const never = () => Promise.reject(new Error("was asked"));

async function assertLoggedOut(work: () => unknown): Promise<void> {
  const error = await assertRejects(async () => await work(), SessionError);
  assertEquals(error.code, "login_required");
}

Deno.test("staticSource() of a fixed credential answers at once, for ever", async () => {
  const clock = fakeClock();
  const expired = { ...FIXED, expiresAt: clock.now() - 1 };
  for (const fixed of [FIXED, expired]) {
    const source = staticSource(fakeContext(clock), { fixed, load: never });
    assertEquals(source.token(), FIXED);
    assertEquals([await source.replace(fixed), source.token({ minValid: 1e9 })], [fixed, FIXED]);
  }
});

Deno.test("staticSource() asks for the credential once, for all who wait", async () => {
  const { seen, load } = asked((times) => tokenOf(`t${times}`));
  const source = staticSource(fakeContext(fakeClock()), { load });
  assertEquals(source.status?.(), { state: "new" });
  const all = await Promise.all(Array.from({ length: 50 }, () => source.token()));
  assertEquals(new Set(all.map(({ value }) => value)), new Set(["t1"]));
  assertEquals(source.token(), tokenOf("t1"));
  assertEquals(seen.times, 1);
});

Deno.test("staticSource() asks again when the credential expired", async () => {
  const clock = fakeClock();
  const { seen, load } = asked((times) => tokenOf(`t${times}`, clock.now() + 1_000));
  const source = staticSource(fakeContext(clock), { load });
  assertEquals((await source.token()).value, "t1");
  await clock.advance(999);
  assertEquals((await source.token()).value, "t1");
  assertEquals(source.status?.().state, "active");
  await clock.advance(1);
  assertEquals(source.status?.().state, "expired");
  assertEquals((await source.token()).value, "t2");
  assertEquals(seen.times, 2);
});

Deno.test("staticSource() asks again after a failure, and passes it on", async () => {
  const error = new SessionError("unreachable", "Cannot get the token: no");
  const { load } = asked((times) => times === 1 ? Promise.reject(error) : tokenOf("t"));
  const source = staticSource(fakeContext(fakeClock()), { load });
  assertStrictEquals(await Promise.resolve(source.token()).catch((thrown) => thrown), error);
  assertEquals((await source.token()).value, "t");
});

Deno.test("staticSource() ends one caller's waiting with its own reason, and the others get theirs (21)", async () => {
  const { promise, resolve } = Promise.withResolvers<Token>();
  const source = staticSource(fakeContext(fakeClock()), { load: () => promise });
  const controller = new AbortController();
  const impatient = source.token({ signal: controller.signal });
  const patient = source.token();
  controller.abort(new RangeError("enough"));
  await assertRejects(async () => await impatient, RangeError, "enough");
  resolve(tokenOf("t"));
  assertEquals((await patient).value, "t");
});

Deno.test("replace() gives the one that is held where it is another, else asks once for all who ask", async () => {
  const { seen, load } = asked((times) => tokenOf(`t${times}`));
  const source = staticSource(fakeContext(fakeClock()), { load });
  const first = await source.token();
  const all = await Promise.all(Array.from({ length: 20 }, () => source.replace(first)));
  assertEquals(new Set(all.map(({ value }) => value)), new Set(["t2"]));
  assertEquals((await source.replace(first)).value, "t2");
  assertEquals(seen.times, 2);
});

Deno.test("replace() does not ask again for a while when asking brought the refused one", async () => {
  const clock = fakeClock();
  const { seen, load } = asked((times) => tokenOf(times < 4 ? "same" : "other"));
  const source = staticSource(fakeContext(clock), { load });
  const same = await source.token();
  for (let times = 0; times < 5; times++) assertEquals((await source.replace(same)).value, "same");
  assertEquals(seen.times, 2);
  await clock.advance(60_000);
  assertEquals((await source.replace(same)).value, "same");
  assertEquals((await source.replace(same)).value, "same");
  assertEquals(seen.times, 3);
  await clock.advance(60_000);
  assertEquals((await source.replace(same)).value, "other");
});

Deno.test("notAccepted() stops the asking for a while when every new credential is refused too (9)", async () => {
  const clock = fakeClock();
  const { seen, load } = asked((times) => tokenOf(`t${times}`));
  const source = staticSource(fakeContext(clock), { load });
  const refusedTwice = async () => {
    const first = await source.token();
    const second = await source.replace(first);
    if (second.value !== first.value) source.notAccepted?.(second);
  };
  for (let times = 0; times < 20; times++) await refusedTwice();
  assertEquals(seen.times, 2);
  await clock.advance(60_000);
  for (let times = 0; times < 20; times++) await refusedTwice();
  assertEquals(seen.times, 3);
});

Deno.test("notAccepted() of a credential that is not held any more changes nothing", async () => {
  const { seen, load } = asked((times) => tokenOf(`t${times}`));
  const source = staticSource(fakeContext(fakeClock()), { load });
  const first = await source.token();
  const second = await source.replace(first);
  source.notAccepted?.(first);
  assertEquals((await source.replace(second)).value, "t3");
  assertEquals(seen.times, 3);
});

Deno.test("logout() refuses every call, tells of it once, and sends nothing", async () => {
  const { load } = asked(() => tokenOf("t"));
  for (const credential of [{ load }, { fixed: FIXED, load: never }]) {
    const context = fakeContext(fakeClock(7));
    const source = staticSource(context, credential);
    const held = await source.token();
    await source.logout?.();
    await source.logout?.();
    await assertLoggedOut(() => source.token());
    await assertLoggedOut(() => source.replace(held));
    assertEquals(source.status?.(), { state: "logged_out" });
    assertEquals(context.events, [{ type: "logged_out", at: 7 }]);
  }
});

Deno.test("logout() refuses those who wait, and drops what comes for them", async () => {
  const { promise, resolve } = Promise.withResolvers<Token>();
  const source = staticSource(fakeContext(fakeClock()), { load: () => promise });
  const waiting = [source.token(), source.replace(tokenOf("old"))];
  await source.logout?.();
  resolve(tokenOf("s3cr3t"));
  for (const one of waiting) await assertLoggedOut(() => one);
});

Deno.test("use() goes on with another credential", async () => {
  const source = staticSource(fakeContext(fakeClock()), { fixed: FIXED, load: never });
  source.use(tokenOf("next"));
  assertEquals([source.token(), await source.replace(FIXED)], [tokenOf("next"), tokenOf("next")]);
});

Deno.test("status() tells scheme and end, and no secret", async () => {
  const clock = fakeClock(0);
  const { load } = asked(() => tokenOf("s3cr3t", 1_000));
  const source = staticSource(fakeContext(clock), { load });
  await source.token();
  assertEquals(source.status?.(), { state: "active", scheme: "Bearer", expiresAt: 1_000 });
  assert(!Deno.inspect(source, { depth: 20, showHidden: true, getters: true }).includes("s3cr3t"));
});

Deno.test("staticSource() asks once for a token that is expired by this clock when it comes", async () => {
  const clock = fakeClock();
  let loads = 0;
  const load = () => Promise.resolve({ scheme: "Bearer", value: `t${++loads}`, expiresAt: clock.now() - 1 });
  const source = staticSource(fakeContext(clock), { load });
  for (let call = 0; call < 50; call++) await source.token();
  assertEquals(loads, 1);
});

Deno.test("logout() tells of the first one, and notAccepted() of nothing held is no news", async () => {
  const context = fakeContext(fakeClock(7));
  const source = staticSource(context, { load: never });
  source.notAccepted?.(tokenOf("t"));
  assertEquals(source.status?.(), { state: "new" });
  await source.logout?.();
  assertEquals(context.events, [{ type: "logged_out", at: 7 }]);
});
