import { createEmulator } from "@xsignals/emulator";
import { createSession, login, memoryStore, type StoreEngine } from "@xsignals/session";
import { sharedStore } from "@xsignals/session/shared";
import { withLimits } from "@xsignals/session/testing";
import { setImmediate } from "node:timers/promises";
import { fakeClock } from "../fake_clock.ts";
import { seededRandom } from "../seeded_random.ts";
import { deterministicCrypto } from "./deterministic_crypto.ts";

/** What is simulated: isolates that share one record, each calling on and on. Times are in ms. */
export interface Setting {
  readonly isolates: number;
  /** How long an access token works, and for how many such lifetimes the isolates call. */
  readonly lifetime: number;
  readonly lifetimes: number;
  readonly startWithin: number;
  /** Whether the store tells of a change; otherwise those who wait look again and again. */
  readonly isWatched: boolean;
  /** The session's limit; the default when absent. */
  readonly recheckMs?: number;
}

const CALLS_PER_LIFETIME = 20;
const TOKEN_CALL = 300;
/** Medians that were measured with Deno KV in a file; the notice is that of `watch()`. */
const [READ, WRITE, NOTICE] = [0.09, 0.2, 4];

/** Simulates the isolates; tells what they asked of the server, and how many reads of the store each token needed. */
export async function simulateIsolates(setting: Setting) {
  using _crypto = deterministicCrypto();
  const { isolates, lifetime, lifetimes, startWithin, isWatched, recheckMs } = setting;
  const clock = fakeClock();
  const { next: random } = seededRandom(1);
  const emulator = createEmulator({
    users: { analyst: "a password" },
    now: clock.now,
    accessTokenLifetime: lifetime,
    assumptions: { rotation: "family" },
  });
  const credentials = login({ username: "analyst", password: "a password" });
  const strategy = recheckMs === undefined ? credentials : withLimits(credentials, { recheckMs });
  /** How many reads were needed for each isolate's first token, and for each other one. */
  const first: number[] = [];
  const later: number[] = [];
  const end = lifetime * lifetimes;
  let [calls, failures, pending] = [0, 0, 0];

  /** Does some work half-way through a wait. */
  async function during<T>(ms: number, work: () => Promise<T>): Promise<T> {
    await clock.sleep(ms / 2);
    pending++;
    const result = await work();
    pending--;
    await clock.sleep(ms / 2);
    return result;
  }

  const fetch = (input: string | URL | Request, init?: RequestInit) =>
    during(TOKEN_CALL, async () => {
      const { status, headers, body } = await emulator.fetch(input, init);
      return new Response(await new Response(body).text(), { status, headers });
    });

  const inner = memoryStore();
  let version: string | null = null;
  let changing = Promise.withResolvers<void>();
  const engine: StoreEngine = {
    read: () => during(READ, inner.read),
    write: (data, ifVersion) =>
      during(WRITE, async () => {
        const written = await inner.write(data, ifVersion);
        if (written !== false) {
          version = data && written;
          changing.resolve();
          changing = Promise.withResolvers();
        }
        return written;
      }),
  };
  async function changed(known: string | null): Promise<void> {
    if (known === version) await changing.promise;
    await clock.sleep(NOTICE);
  }

  /** Makes an isolate; returns its call, as far as the API would get it. */
  function isolate(): () => void {
    let reads = 0;
    let value: string | undefined;
    const counting = { ...engine, ...(isWatched ? { changed } : {}), read: () => (reads++, engine.read()) };
    const session = createSession({ strategy, store: sharedStore(counting), fetch, clock, random });
    return () =>
      void session.token().then((token) => {
        calls++;
        if (token.value === value) return;
        (value === undefined ? first : later).push(reads);
        value = token.value;
        reads = 0;
      }, () => failures++);
  }

  async function moveTo(ms: number): Promise<void> {
    for (;;) {
      do await setImmediate(); while (pending > 0);
      if (clock.monotonic() >= ms) return;
      clock.move(ms - clock.monotonic());
    }
  }

  const due: { readonly at: number; readonly call: () => void }[] = [];
  for (let made = 0; made < isolates; made++) {
    const call = isolate();
    for (let at = random() * startWithin; at < end; at += -Math.log(1 - random()) * (lifetime / CALLS_PER_LIFETIME)) {
      due.push({ at, call });
    }
  }
  for (const { at, call } of due.sort((a, b) => a.at - b.at)) {
    await moveTo(at);
    call();
  }
  await moveTo(end + 60_000);
  return {
    calls,
    failures,
    logins: emulator.count("authLogin"),
    refreshes: emulator.count("authRefresh"),
    first,
    later,
  };
}

/** The table of the session's README, line by line: lifetimes of 5 min, 1 h and 24 h. */
export async function* isolatesTable(isolates: number, lifetimes: number): AsyncGenerator<string> {
  yield "| lifetime | isolates | calls | logins | refreshes | reads: first | reads: renewed | with rechecks |";
  yield "| --- | --- | --- | --- | --- | --- | --- | --- |";
  for (const [name, minutes] of [["5 min", 5], ["1 h", 60], ["24 h", 24 * 60]] as const) {
    for (const many of [Math.ceil(isolates / 100), isolates]) {
      const lifetime = minutes * 60_000;
      const setting = { isolates: many, lifetime, lifetimes, startWithin: 10_000, isWatched: true };
      const found = await simulateIsolates({ ...setting, recheckMs: lifetime });
      const { calls, failures, logins, refreshes, first, later } = found;
      const rechecked = await simulateIsolates(setting);
      if (failures + rechecked.failures > 0) throw new Error(`Cannot make the table: ${failures} calls failed`);
      const reads = [first, later].map((counts) => `${mean(counts)} (at most ${Math.max(0, ...counts)})`);
      const cells = [name, many.toLocaleString("en"), calls.toLocaleString("en"), logins, refreshes, ...reads];
      yield `| ${[...cells, mean(rechecked.later)].join(" | ")} |`;
    }
  }
}

function mean(counts: readonly number[]): string {
  return (counts.reduce((sum, one) => sum + one, 0) / Math.max(1, counts.length)).toFixed(2);
}
