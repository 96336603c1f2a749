import { assert, assertEquals, assertRejects } from "@std/assert";
import { SessionError } from "../errors.ts";
import { decodeRecord, encodeRecord } from "../shared/record.ts";
import { memoryStore } from "../stores/memory.ts";
import { type FakeClock, fakeClock } from "../testing/fake_clock.ts";
import { fakeContext } from "../testing/fake_context.ts";
import type { AllLimits, Store, Token, TokenSource } from "../types.ts";
import type { Grants } from "./renewal.ts";
import { renewing } from "./renewing.ts";

const HOUR = 3_600_000;

/** Sessions of one account over one store, and the server that they share. */
function account(limits: Partial<AllLimits> = { waitBudgetMs: 0 }) {
  const clock = fakeClock();
  const inner = memoryStore();
  const sent: string[] = [];
  const answers: (() => Token | Promise<Token>)[] = [];
  let serial = 0;
  let reads = 0;
  const store: Store = {
    ...inner,
    read() {
      reads++;
      return inner.read();
    },
  };
  function issue(): Token {
    serial++;
    const value = { scheme: "Bearer", value: `t${serial}`, refresh: `r${serial}` };
    return { ...value, lifetime: HOUR, expiresAt: clock.now() + HOUR };
  }
  function answer(request: string): Promise<Token> {
    sent.push(request);
    return Promise.resolve().then(answers.shift() ?? issue);
  }
  const grants = (password: string): Grants => ({
    identity: () => ["identity"],
    refresh: () => Promise.resolve(({ refresh }) => answer(`refresh ${refresh}`)),
    login: () => ({ secret: password, send: () => answer(`login ${password}`) }),
  });
  const open = (password = "password", own = clock.skewed(0)): TokenSource =>
    renewing(grants(password))(fakeContext(own, { store, limits }));
  return { clock, store, sent, answers, issue, open, reads: () => reads };
}

/** Lets what is outside of the clock go on: digests. */
async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Moves the clock until the work is done; what needs no clock, such as a digest, goes on between. */
async function drive<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = work.finally(() => isDone = true);
  while (!isDone) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (!isDone && clock.sleeping() > 0) await clock.advance(10);
  }
  return await done;
}

/** Two sessions whose tokens are due, the first of which renews until it is let go. */
async function renewingAccount() {
  const all = account();
  const { clock, sent, answers, issue, open } = all;
  const [first, second] = [open(), open()];
  await first.token();
  await second.token();
  await clock.advance(HOUR - 50_000);
  let go = () => {};
  answers.push(() => new Promise((resolve) => go = () => resolve(issue())));
  const renewed = Promise.resolve(first.token());
  await until(() => sent.length === 2);
  return { ...all, second, renewed, go: () => go() };
}

/** What a server says that is to be asked later. */
function later(clock: FakeClock, ms: number, code: "rate_limited" | "unreachable" = "rate_limited") {
  return () => {
    const status = code === "unreachable" ? 503 : 429;
    throw new SessionError(code, "Cannot log in: later", { status, retryAt: clock.now() + ms });
  };
}

async function codeOf(source: TokenSource): Promise<unknown> {
  const error = await assertRejects(async () => await source.token(), SessionError);
  return [error.code, error.status, error.retryAt];
}

Deno.test("renewing() asks a server that named a time from no session of the account before that (public bug 55)", async () => {
  for (const code of ["rate_limited", "unreachable"] as const) {
    const { clock, sent, answers, open } = account();
    answers.push(later(clock, 5_000, code));
    const until = clock.now() + 5_000;
    assertEquals(await codeOf(open()), [code, code === "unreachable" ? 503 : 429, until]);
    await clock.advance(2_000);
    const status = code === "unreachable" ? 503 : 429;
    for (let session = 0; session < 8; session++) assertEquals(await codeOf(open()), [code, status, until]);
    assertEquals(sent, ["login password"]);
    assertEquals((await open("another").token()).value, "t1");
    assertEquals(sent, ["login password", "login another"]);
  }
});

Deno.test("renewing() waits with the others of its account, and one of them asks then", async () => {
  const { clock, sent, answers, open } = account({ waitBudgetMs: 30_000 });
  answers.push(later(clock, 5_000));
  const all = Array.from({ length: 8 }, () => open().token());
  const end = clock.monotonic() + 5_000;
  const done = drive(clock, Promise.all(all));
  await until(() => clock.monotonic() >= end - 100);
  assertEquals(sent, ["login password"]);
  assertEquals(new Set((await done).map(({ value }) => value)), new Set(["t1"]));
  assertEquals(clock.monotonic() - end <= 1_000, true);
  assertEquals(sent, ["login password", "login password"]);
});

Deno.test("renewing() sends no refresh token before the time that the server named to another session", async () => {
  const { clock, sent, answers, open } = account();
  const [first, second] = [open(), open()];
  await first.token();
  await second.token();
  await clock.advance(HOUR);
  answers.push(later(clock, 5_000));
  assertEquals(await codeOf(first), ["rate_limited", 429, clock.now() + 5_000]);
  assertEquals(await codeOf(second), ["rate_limited", 429, clock.now() + 5_000]);
  await clock.advance(5_000);
  assertEquals((await second.token()).value, "t2");
  assertEquals(sent, ["login password", "refresh r1", "refresh r1"]);
});

Deno.test("renewing() of many processes with one wrong password logs in once, and the right one at once (public bug 55)", async () => {
  const { clock, sent, answers, open } = account();
  answers.push(() => {
    throw new SessionError("credentials_rejected", "Cannot log in: the server refused the user name or password");
  });
  const wrong = Array.from({ length: 8 }, () => codeOf(open("wrong")));
  for (const [code] of (await drive(clock, Promise.all(wrong))) as unknown[][]) {
    assertEquals(code, "credentials_rejected");
  }
  assertEquals((await open("right").token()).value, "t1");
  assertEquals(sent, ["login wrong", "login right"]);
});

Deno.test("renewing() waits for no other session while its own token works, and reads the record twice for a new one", async () => {
  const { clock, sent, reads, second, renewed, go } = await renewingAccount();
  const before = reads();
  assertEquals((await second.token()).value, "t1");
  assertEquals((await second.token()).value, "t1");
  assertEquals(reads() - before, 1);
  go();
  assertEquals((await renewed).value, "t2");
  await clock.advance(15_000);
  assertEquals((await second.token()).value, "t2");
  assertEquals([reads() - before, sent], [2, ["login password", "refresh r1"]]);
});

Deno.test("renewing() waits for another session's renewal when more is asked of its own token than that has left", async () => {
  const { clock, second, renewed, go } = await renewingAccount();
  const long = second.token({ minValid: 60_000 });
  await until(() => clock.sleeping() === 1);
  go();
  await renewed;
  await clock.advance(100);
  await until(() => clock.sleeping() === 0);
  assertEquals((await long).value, "t2");
});

Deno.test("renewing() takes over from a holder that died while its own token works, a lease later", async () => {
  const { clock, store, sent, open } = account();
  const source = open();
  await source.token();
  const entry = await store.read();
  assert(entry);
  const lease = { holder: "dead", ms: 15_000 };
  await store.write(encodeRecord({ ...decodeRecord(entry.data), lease }), entry.version);
  await clock.advance(HOUR - 50_000);
  assertEquals((await source.token()).value, "t1");
  await clock.advance(14_999);
  assertEquals((await source.token()).value, "t1");
  await clock.advance(1);
  assertEquals((await source.token()).value, "t2");
  assertEquals(sent, ["login password", "refresh r1"]);
});

Deno.test("renewing() with a live record reads it once and asks nobody", async () => {
  const { sent, open, reads } = account();
  await open().token();
  const before = reads();
  const cold = open();
  assertEquals((await cold.token()).value, "t1");
  assertEquals((await cold.token()).value, "t1");
  assertEquals([reads() - before, sent], [1, ["login password"]]);
});
