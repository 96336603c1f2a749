import { assert, assertEquals } from "@std/assert";
import { createSession, type FetchLike, memoryStore, type Session, SessionError, type Store } from "@xsignals/session";
import { run } from "./run.ts";
import type { Scenario, Step } from "./scenario.ts";

type Make = typeof createSession;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const call: Extract<Step, { do: "call" }> = { do: "call", then: 0, at: 0, kind: "get", times: 1, every: 0 };
const rest: Step = { do: "rest", then: 0, ms: 0 };
const ONE = { skew: 0, background: false };

/** Renews as so often seen: early enough, and again by a refresh. */
const renewal: readonly Step[] = [call, { ...rest, ms: HOUR - MINUTE / 2 }];

type Faulty = Extract<Step, { do: "fault" }>;
const fault = (name: Faulty["fault"], target: Faulty["target"], wish = 0): Step => {
  return { do: "fault", then: 0, fault: name, target, times: 9, skip: 0, ms: 0, hint: "seconds", wish };
};

const rules = new Set<string>();

/** Tests that sessions that break a rule are found, in a history of one session at a server without whims. */
function broken(name: string, rule: string, steps: readonly Step[], make: Make, others: Partial<Scenario> = {}): void {
  rules.add(rule);
  Deno.test(`run() finds ${name}`, async () => {
    const scenario: Scenario = {
      ...{ strategy: "login", secrets: "text", store: "shared", sessions: [ONE], order: 1, jitter: 1, steps },
      ...{ assumptions: { rotation: "on", auth0Rotation: "on" }, accessLifetime: HOUR, refreshLifetime: 720 * HOUR },
      ...others,
    };
    assertEquals((await run(scenario)).violation, undefined);
    assertEquals((await run(scenario, make)).violation?.rule, rule);
  });
}

/** How a request is sent: `send` sends it as it is. */
type Sending = (send: () => Promise<Response>, path: string, init?: RequestInit) => Promise<Response>;

/** Sessions as they are, over another network. */
const overNetwork = (change: () => Sending): Make => (options) => {
  const sending = change();
  const fetch: FetchLike = (input, init) =>
    sending(() => options.fetch!(input, init), new URL(String(input)).pathname, init);
  return createSession({ ...options, fetch });
};

/** Sessions that do some things in another way. */
const changed = (change: (session: Session) => Partial<Session>): Make => (options) => {
  const session = createSession(options);
  return { ...session, ...change(session) };
};

/** Sessions whose `fetch` is another one. */
const overCalls = (change: () => Sending): Make =>
  changed(({ fetch }) => {
    const sending = change();
    return { fetch: (input, init) => sending(() => fetch(input, init), "", init) };
  });

/** Sessions over a store that changes what they write of the server's refusals. */
const overRefusals = (change: (refusal: object) => object): Make => (options) => {
  const write: Store["write"] = (data, over) => {
    const record = JSON.parse(new TextDecoder().decode(data ?? Uint8Array.of(0x30)));
    const refusals = record.refusals?.flatMap(change);
    return options.store!.write(data && new TextEncoder().encode(JSON.stringify({ ...record, refusals })), over);
  };
  return createSession({ ...options, store: { ...options.store!, write } });
};

/** Sends again what is at this path, at most so often, as long as it is not answered with success. */
const repeating = (most: number, pattern: RegExp) =>
  overNetwork(() => async (send, path) => {
    let answer = await send();
    for (let again = 0; pattern.test(path) && answer.status === 401 && again < most; again++) {
      await answer.body?.cancel();
      answer = await send();
    }
    return answer;
  });

broken(
  "a store whose compare-and-swap always succeeds",
  "one renewal at a time",
  [call, { ...call, at: 1 }, rest],
  (options) => {
    const store: Store = {
      ...options.store!,
      write: async (data) => {
        for (;;) {
          const written = await options.store!.write(data, (await options.store!.read())?.version ?? null);
          if (written !== false) return written;
        }
      },
    };
    return createSession({ ...options, store });
  },
  { order: 4, sessions: [ONE, ONE] },
);
broken(
  "a refresh that is sent again after its answer",
  "a spent refresh token is not sent",
  [...renewal, call, rest],
  overNetwork(() => async (send, path) => {
    const answer = await send();
    if (path !== "/auth/refresh") return answer;
    const copy = new Response(await answer.text(), answer);
    await (await send()).body?.cancel();
    return copy;
  }),
);
broken(
  "a fetch that repeats what got no answer",
  "a refresh whose answer is lost is not repeated",
  [...renewal, fault("lost after", "refresh"), call, rest],
  overNetwork(() => (send) => send().catch(send)),
);
broken(
  "a login that is sent until it succeeds",
  "requests are bounded",
  [fault("401", "login"), call, rest],
  repeating(5, /^\/auth\/login$/),
);
broken(
  "a call that is sent until it succeeds",
  "requests are bounded",
  [fault("401", "api"), call, rest],
  repeating(Infinity, /^\/file\//),
);
broken("callers that renew one after another", "requests are bounded", [], (options) => {
  let last: Promise<unknown> = Promise.resolve();
  const session = createSession(options);
  return {
    ...session,
    fetch(input, init) {
      const answer = last.then(() => createSession({ ...options, store: memoryStore() }).fetch(input, init));
      last = answer.catch(() => {});
      return answer;
    },
  };
});
broken(
  "a session that gives up when an early renewal fails",
  "a token that works is used, whatever fails",
  [...renewal, fault("500 before", "refresh"), fault("500 before", "login"), call, rest],
  (options) => {
    let failed = false;
    const onEvent: typeof options.onEvent = (event) => {
      failed = event.type === "renewal_failed";
      options.onEvent?.(event);
    };
    return overCalls(() => async (send) => {
      const answer = await send();
      if (!failed) return answer;
      await answer.body?.cancel();
      throw new SessionError("unreachable", "Cannot renew the session: the server failed");
    })({ ...options, onEvent });
  },
);
broken(
  "a session that fails for ever once it failed",
  "when the faults stop the next call succeeds",
  [fault("429 with a hint", "login", HOUR), call, rest],
  overCalls(() => {
    let failure: Promise<never> | undefined;
    return (send) => failure ?? send().catch((error) => failure = Promise.reject(error));
  }),
);
broken(
  "a store that forgets what was refused",
  "what was refused is not sent again before its time",
  [fault("401", "login"), call, rest, call, rest],
  overRefusals(() => []),
);
broken(
  "a session that sends a wrong password once a day",
  "rejected credentials are sent eight times at most",
  [{ do: "new password", then: 0, isTold: false }, { ...call, every: 24 * HOUR, times: 12 }],
  overRefusals((refusal) => ({ forMs: 24 * HOUR, ...refusal })),
);
broken(
  "a session that minds one refusal for an hour",
  "a session is back two minutes after a hiccup",
  [fault("401", "login"), call, rest],
  overRefusals((refusal) => ({ ...refusal, forMs: HOUR })),
);
broken(
  "a session that waits for weeks if the server asks for it",
  "nobody is told to wait for longer than a day",
  [fault("429 with a hint", "login", 500 * HOUR), call, rest],
  overCalls(() => (send) =>
    send().catch((error) => {
      throw new SessionError(error.code, error.message, { ...error, retryAt: error.retryAt + 476 * HOUR });
    })
  ),
);
broken(
  "a session that asks for as long as the server asks to be asked later",
  "a renewal asks a busy server six times at most, within its budget",
  [fault("429 with a hint", "login", 1000), call, rest],
  (options) => {
    const keeper: Store["keeper"] = (context, identity) => {
      const inner = options.store!.keeper(context, identity);
      const renew: typeof inner.renew = (plan, ending) =>
        inner.renew(plan, ending).catch(async (error) => {
          if (error.code !== "rate_limited") throw error;
          await context.clock.sleep(error.retryAt - context.clock.now());
          return await renew(plan, ending);
        });
      return { ...inner, renew };
    };
    return createSession({ ...options, store: { ...options.store!, keeper } });
  },
);
broken(
  "a logout that does nothing",
  "after its logout a session refuses every call",
  [call, rest],
  changed(() => ({ logout: () => Promise.resolve() })),
);
broken(
  "a logout that tells the server nothing",
  "no pair is left at the server",
  [call, rest],
  overNetwork(() => async (send, path) => path === "/auth/logout" ? new Response(null) : await send()),
);
broken(
  "a password change that hides its failure",
  "what a password change says is so",
  [fault("403", "changePassword"), { do: "change password", then: 0, at: 0 }, rest],
  changed(({ changePassword }) => ({ changePassword: (next) => changePassword(next).catch(() => {}) })),
);
broken(
  "a caller whose abort is not heard",
  "an abort ends the caller's waiting at once",
  [call, { do: "abort", then: 0, which: 0 }, rest],
  changed(({ fetch }) => ({ fetch: (input, init = {}) => fetch(input, { ...init, signal: null }) })),
);
broken(
  "a call that hangs",
  "every call ends",
  [call, rest],
  overCalls(() => {
    let calls = 0;
    return (send) => calls++ === 0 ? new Promise(() => {}) : send();
  }),
);
broken(
  "an error of another kind",
  "a failure is a SessionError",
  [fault("500 before", "login"), call, rest],
  overCalls(() => (send) =>
    send().catch((error) => {
      throw error.code === "unreachable" ? new Error(error.message) : error;
    })
  ),
);
broken(
  "a failure that nobody hears of",
  "every rejection is handled",
  [fault("401", "login"), call, rest],
  overCalls(() => (send) => {
    const answer = send();
    answer.finally(() => {});
    return answer;
  }),
);
broken(
  "an answer that is dropped and not cancelled",
  "nothing is left behind",
  [call, rest],
  overNetwork(() => {
    let sent = 0;
    return async (send) => sent++ === 1 ? await send().then(send) : await send(); // the first one is the login
  }),
);
broken("a timer that is never cleared", "nothing is left behind", [call, rest], (options) => {
  options.clock?.sleep(Infinity);
  return createSession(options);
});
broken(
  "an error that quotes the request",
  "no output shows a secret",
  [fault("lost before", "api"), call, rest],
  overNetwork(() => (send, _path, init) =>
    send().catch((error) => {
      error.cause = new Headers(init?.headers).get("authorization");
      throw error;
    })
  ),
);
broken("an event that tells a password", "no output shows a secret", [call, rest], (options) => {
  const onEvent: typeof options.onEvent = (event) => {
    options.onEvent?.(Object.assign({ password: "a password of someone" }, event));
  };
  return createSession({ ...options, onEvent });
});
broken("a session that looks at the time for ever", "everything comes to rest", [call, rest], (options) => {
  const tick = (): unknown => options.clock?.sleep(MINUTE).then(tick);
  tick();
  return createSession(options);
});

Deno.test("run() has no rule that nothing broken breaks", async () => {
  const found = new Set<string>();
  for await (const { name } of Deno.readDir(new URL(".", import.meta.url))) {
    const text = name.endsWith(".ts") ? await Deno.readTextFile(new URL(name, import.meta.url)) : "";
    for (const [, rule = ""] of text.matchAll(/new Violation\(\s*"([^"]+)"/g)) found.add(rule);
  }
  // What a fault of the simulation itself would be.
  for (const own of ["a run ends", "one password is in force"]) assert(found.delete(own));
  assertEquals([...found].sort(), [...rules].sort());
});
