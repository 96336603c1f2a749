import { assert, assertEquals } from "@std/assert";
import { createSession, type FetchLike, memoryStore, type Session, SessionError, type Store } from "@xsignals/session";
import { run } from "./run.ts";
import type { Scenario, Step } from "./scenario.ts";

/** A session that breaks a rule, and a history in which that must be found. */
interface BrokenSession {
  /** What is wrong with it. */
  readonly name: string;
  /** The rule that it breaks. */
  readonly rule: string;
  readonly scenario: Scenario;
  readonly make: typeof createSession;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const call: Step = { do: "call", then: 0, at: 0, kind: "get", times: 1 };
const rest: Step = { do: "rest", then: 0, ms: 0 };

/** One session at a server without whims, and what differs from that. */
function history(steps: readonly Step[], others: Partial<Scenario> = {}): Scenario {
  return {
    strategy: "login",
    secrets: "text",
    store: "shared",
    sessions: [{ skew: 0, background: false }],
    assumptions: { rotation: "on", auth0Rotation: "on" },
    accessLifetime: HOUR,
    refreshLifetime: 30 * 24 * HOUR,
    order: 1,
    jitter: 1,
    steps,
    ...others,
  };
}

function fault(name: Extract<Step, { do: "fault" }>["fault"], target: Extract<Step, { do: "fault" }>["target"]): Step {
  return { do: "fault", then: 0, fault: name, target, times: 9, skip: 0, ms: 0 };
}

/** Sessions as they are, over another `fetch`. */
function overFetch(change: (send: FetchLike) => FetchLike): typeof createSession {
  return (options) => createSession({ ...options, fetch: change(options.fetch ?? fetch) });
}

/** Sessions as they are, over another store. */
function overStore(change: (store: Store) => Store): typeof createSession {
  return (options) => createSession({ ...options, store: change(options.store ?? memoryStore()) });
}

/** Sessions that do some things in another way. */
function changed(change: (session: Session) => Partial<Session>): typeof createSession {
  return (options) => {
    const session = createSession(options);
    return { ...session, ...change(session) };
  };
}

function isTokenCall(input: unknown): boolean {
  return /\/auth\/(login|refresh)$/.test(String(input));
}

function isRefresh(input: unknown): boolean {
  return String(input).endsWith("/auth/refresh");
}

/** Renews as so often seen: early enough, and again by a refresh. */
const renewal = [call, { ...rest, ms: HOUR - MINUTE / 2 }];

/** One for each rule. */
const BROKEN: readonly BrokenSession[] = [
  {
    name: "a store whose compare-and-swap always succeeds",
    rule: "one renewal at a time",
    scenario: history([call, { ...call, at: 1 }, rest], {
      order: 4,
      sessions: [{ skew: 0, background: false }, { skew: 0, background: false }],
    }),
    make: overStore((store) => ({
      ...store,
      write: async (data) => {
        for (;;) {
          const written = await store.write(data, (await store.read())?.version ?? null);
          if (written !== false) return written;
        }
      },
    })),
  },
  {
    name: "a refresh that is sent again after its answer",
    rule: "a spent refresh token is not sent",
    scenario: history([...renewal, call, rest]),
    make: overFetch((send) => async (input, init) => {
      const answer = await send(input, init);
      if (!isRefresh(input)) return answer;
      const copy = new Response(await answer.text(), answer);
      await (await send(input, init)).body?.cancel();
      return copy;
    }),
  },
  {
    name: "a fetch that repeats what got no answer",
    rule: "a refresh whose answer is lost is not repeated",
    scenario: history([...renewal, fault("lost after", "refresh"), call, rest]),
    make: overFetch((send) => (input, init) => send(input, init).catch(() => send(input, init))),
  },
  {
    name: "a login that is sent until it succeeds",
    rule: "requests are bounded",
    scenario: history([fault("401", "login"), call, rest]),
    make: overFetch((send) => async (input, init) => {
      let answer = await send(input, init);
      for (let again = 0; isTokenCall(input) && !answer.ok && again < 5; again++) {
        await answer.body?.cancel();
        answer = await send(input, init);
      }
      return answer;
    }),
  },
  {
    name: "a call that is sent until it succeeds",
    rule: "requests are bounded",
    scenario: history([fault("401", "api"), call, rest]),
    make: overFetch((send) => async (input, init) => {
      let answer = await send(input, init);
      while (answer.status === 401) {
        await answer.body?.cancel();
        answer = await send(input, init);
      }
      return answer;
    }),
  },
  {
    name: "callers that renew one after another",
    rule: "requests are bounded",
    scenario: history([]),
    make(options) {
      let last: Promise<unknown> = Promise.resolve();
      const session = createSession(options);
      const fetchAlone: FetchLike = async (input, init) => {
        const one = createSession({ ...options, store: memoryStore() });
        return await one.fetch(input, init);
      };
      return {
        ...session,
        fetch: (input, init) => {
          const answer = last.then(() => fetchAlone(input, init));
          last = answer.catch(() => {});
          return answer;
        },
      };
    },
  },
  {
    name: "a session that gives up when an early renewal fails",
    rule: "a token that works is used, whatever fails",
    scenario: history([...renewal, fault("500 before", "refresh"), fault("500 before", "login"), call, rest]),
    make(options) {
      let failed = false;
      const session = createSession({
        ...options,
        onEvent(event) {
          failed = event.type === "renewal_failed";
          options.onEvent?.(event);
        },
      });
      return {
        ...session,
        fetch: async (input, init) => {
          const answer = await session.fetch(input, init);
          if (!failed) return answer;
          await answer.body?.cancel();
          throw new SessionError("unreachable", "Cannot renew the session: the server failed");
        },
      };
    },
  },
  {
    name: "a session that fails for ever once it failed",
    rule: "when the faults stop the next call succeeds",
    scenario: history([fault("500 before", "login"), call, rest]),
    make: changed(({ fetch }) => {
      let failure: Promise<never> | undefined;
      return {
        fetch: (input, init) => failure ?? fetch(input, init).catch((error) => failure = Promise.reject(error)),
      };
    }),
  },
  {
    name: "a logout that does nothing",
    rule: "after its logout a session refuses every call",
    scenario: history([call, rest]),
    make: changed(() => ({ logout: () => Promise.resolve() })),
  },
  {
    name: "a logout that tells the server nothing",
    rule: "no pair is left at the server",
    scenario: history([call, rest]),
    make: overFetch((send) => async (input, init) =>
      String(input).endsWith("/auth/logout") ? new Response(null) : await send(input, init)
    ),
  },
  {
    name: "a password change that hides its failure",
    rule: "what a password change says is so",
    scenario: history([fault("403", "changePassword"), { do: "change password", then: 0, at: 0 }, rest]),
    make: changed(({ changePassword }) => ({ changePassword: (next) => changePassword(next).catch(() => {}) })),
  },
  {
    name: "a caller whose abort is not heard",
    rule: "an abort ends the caller's waiting at once",
    scenario: history([call, { do: "abort", then: 0, which: 0 }, rest]),
    make: changed(({ fetch }) => ({ fetch: (input, init = {}) => fetch(input, { ...init, signal: null }) })),
  },
  {
    name: "a call that hangs",
    rule: "every call ends",
    scenario: history([call, rest]),
    make: changed(({ fetch }) => {
      let calls = 0;
      return { fetch: (input, init) => calls++ === 0 ? new Promise(() => {}) : fetch(input, init) };
    }),
  },
  {
    name: "an error of another kind",
    rule: "a failure is a SessionError",
    scenario: history([fault("500 before", "login"), call, rest]),
    make: changed(({ fetch }) => ({
      fetch: (input, init) =>
        fetch(input, init).catch((error) => {
          throw error.code === "unreachable" ? new Error(error.message) : error;
        }),
    })),
  },
  {
    name: "a failure that nobody hears of",
    rule: "every rejection is handled",
    scenario: history([fault("401", "login"), call, rest]),
    make: changed(({ fetch }) => ({
      fetch(input, init) {
        const answer = fetch(input, init);
        answer.finally(() => {});
        return answer;
      },
    })),
  },
  {
    name: "an answer that is dropped and not cancelled",
    rule: "nothing is left behind",
    scenario: history([call, rest]),
    make: overFetch((send) => {
      let calls = 0;
      return async (input, init) => {
        if (!isTokenCall(input) && calls++ === 0) await send(input, init);
        return await send(input, init);
      };
    }),
  },
  {
    name: "a timer that is never cleared",
    rule: "nothing is left behind",
    scenario: history([call, rest]),
    make(options) {
      options.clock?.sleep?.(Infinity);
      return createSession(options);
    },
  },
  {
    name: "an error that quotes the request",
    rule: "no output shows a secret",
    scenario: history([fault("lost before", "api"), call, rest]),
    make: overFetch((send) => (input, init) =>
      send(input, init).catch((cause) => {
        cause.cause = new Headers(init?.headers).get("authorization");
        throw cause;
      })
    ),
  },
  {
    name: "an event that tells a password",
    rule: "no output shows a secret",
    scenario: history([call, rest]),
    make: (options) =>
      createSession({
        ...options,
        onEvent: (event) => options.onEvent?.(Object.assign({ password: "a password of someone" }, event)),
      }),
  },
  {
    name: "a session that looks at the time for ever",
    rule: "everything comes to rest",
    scenario: history([call, rest]),
    make(options) {
      const tick = async () => {
        await options.clock?.sleep?.(MINUTE);
        await tick();
      };
      tick();
      return createSession(options);
    },
  },
];

for (const { name, rule, scenario, make } of BROKEN) {
  Deno.test(`run() finds ${name}`, async () => {
    assertEquals((await run(scenario)).violation, undefined);
    assertEquals((await run(scenario, make)).violation?.rule, rule);
  });
}

Deno.test("run() has no rule that nothing broken breaks", async () => {
  const rules = new Set<string>();
  for await (const { name } of Deno.readDir(import.meta.dirname ?? "")) {
    const text = await Deno.readTextFile(new URL(name, import.meta.url));
    for (const [, rule = ""] of text.matchAll(/new Violation\(\s*"([^"]+)"/g)) rules.add(rule);
  }
  // What a fault of the simulation itself would be.
  for (const own of ["a run ends", "one password is in force"]) assert(rules.delete(own));
  assertEquals([...rules].sort(), [...new Set(BROKEN.map(({ rule }) => rule))].sort());
});
