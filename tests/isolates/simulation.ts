import { createEmulator } from "@xsignals/emulator";
import { createSession, login, type Session } from "@xsignals/session";
import { withLimits } from "@xsignals/session/testing";
import { seededRandom } from "../seeded_random.ts";
import { deterministicCrypto } from "../simulate/deterministic_crypto.ts";
import { type Latencies, simulatedStore } from "./simulated_store.ts";
import { simulatedTime } from "./simulated_time.ts";

/** What is simulated. */
export interface Setting {
  /** How many isolates. */
  readonly isolates: number;
  /** How long an access token works, in ms. */
  readonly lifetime: number;
  /** How many lifetimes long. */
  readonly lifetimes: number;
  /** How often an isolate calls in a lifetime. */
  readonly callsPerLifetime: number;
  /** Within which time all isolates start, in ms. */
  readonly startWithin: number;
  /** How long a call to the token endpoint takes, in ms. */
  readonly tokenCall: number;
  /** How long the store takes. */
  readonly store: Latencies;
  /** The session's option; the default when absent. */
  readonly recheckMs?: number;
}

/** What happened. */
export interface Result {
  readonly calls: number;
  readonly failures: number;
  readonly logins: number;
  readonly refreshes: number;
  readonly writes: number;
  /** How many isolates needed so many reads for their first token, by that number. */
  readonly first: ReadonlyMap<number, number>;
  /** How many times so many reads were needed for another token, by that number. */
  readonly later: ReadonlyMap<number, number>;
}

/** Runs isolates that share one record, each calling on and on. */
export async function simulate(setting: Setting): Promise<Result> {
  using _crypto = deterministicCrypto();
  const { isolates, lifetime, lifetimes, callsPerLifetime, startWithin, tokenCall, recheckMs } = setting;
  const time = simulatedTime();
  const { next: random } = seededRandom(1);
  const emulator = createEmulator({
    users: { analyst: "a password" },
    now: time.clock.now,
    accessTokenLifetime: lifetime,
    assumptions: { rotation: "family" },
  });
  const store = simulatedStore(time, setting.store);
  const strategy = login({ username: "analyst", password: "a password" });
  const first = new Map<number, number>();
  const later = new Map<number, number>();
  const end = lifetime * lifetimes;
  let [calls, failures, pending] = [0, 0, 0];

  async function tokenFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    await time.sleep(tokenCall / 2);
    pending++;
    const answer = await emulator.fetch(input, init);
    const { status, headers } = answer;
    const body = await answer.text();
    pending--;
    await time.sleep(tokenCall / 2);
    return new Response(body, { status, headers });
  }

  function startIsolate(): void {
    let reads = 0;
    let value: string | undefined;
    const session: Session = createSession({
      strategy: withLimits(strategy, recheckMs === undefined ? {} : { recheckMs }),
      store: store.open(() => reads++),
      fetch: tokenFetch,
      clock: time.clock,
      random,
    });
    function got(token: string): void {
      calls++;
      if (token === value) return;
      const counts = value === undefined ? first : later;
      counts.set(reads, (counts.get(reads) ?? 0) + 1);
      value = token;
      reads = 0;
    }
    function call(): void {
      // What the API would get: nothing of the session is left out, and a call with a fresh token needs no turn.
      session.token().then((token) => got(token.value), () => failures++);
      const next = time.elapsed() - Math.log(1 - random()) * (lifetime / callsPerLifetime);
      if (next < end) time.at(next, call);
    }
    time.at(random() * startWithin, call);
  }

  for (let isolate = 0; isolate < isolates; isolate++) startIsolate();
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  await time.run(end + 60_000, async () => {
    do await turn(); while (pending > 0);
  });
  const logins = emulator.count({ operation: "authLogin" });
  return { calls, failures, logins, refreshes: emulator.count("authRefresh"), writes: store.writes(), first, later };
}
