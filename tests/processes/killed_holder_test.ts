import { assert, assertEquals } from "@std/assert";
import type { InitialTokens } from "@xsignals/session";
import { type Member, startCrew, startMember, sumCalls, type Task } from "./crew.ts";
import { type Place, testEachPlace } from "./place.ts";
import { startUpstream, type Upstream, USER } from "./upstream.ts";

const HOUR = 3_600_000;
const LIMITS = { tokenDeadlineMs: 1_000, leaseMs: 1_500 };

/** When a holder of the lease is killed. */
const MOMENTS = ["before sending", "after sending", "after the answer"] as const;
type Moment = typeof MOMENTS[number];

/** Starts a process that holds the lease and stops in its refresh at that moment. */
async function stopped(upstream: Upstream, task: Task, at: Moment): Promise<Member> {
  if (at === "after sending") {
    upstream.emulator.faults.clear();
    upstream.emulator.faults.add({ operation: "authRefresh", stage: "after", delay: Infinity });
  }
  const member = await startMember(at === "after sending" ? task : { ...task, stopAt: at });
  await member.order({ do: "advance", ms: HOUR });
  const said = member.order({ do: "call", times: 1 });
  if (at !== "after sending") assertEquals(await said, { said: "stopped" });
  else {
    said.catch(() => {}); // it is killed before it says anything
    while (upstream.emulator.faults.pending > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return member;
}

/** Tokens of a session that was begun elsewhere. */
async function heldTokens({ api }: Upstream): Promise<InitialTokens> {
  const authorization = `Basic ${btoa(`${USER.username}:${USER.password}`)}`;
  const answer = await fetch(`${api}/auth/login`, { headers: { authorization } });
  const { token, refreshToken } = await answer.json();
  return { accessToken: token, refreshToken };
}

/** Kills a holder, and says what becomes of those who wait for it. */
async function killHolder(place: Place, at: Moment, hasCredentials: boolean) {
  await using upstream = await startUpstream();
  const account = hasCredentials ? USER : { tokens: await heldTokens(upstream) };
  const task: Task = { place, baseUrl: upstream.api, limits: LIMITS, ...account };
  await using first = await startMember(task);
  assertEquals(sumCalls(await first.order({ do: "call", times: 1 })).answered, 1);
  upstream.advance(HOUR);
  await using others = await startCrew(3, task);
  await others.order({ do: "advance", ms: HOUR });
  const holder = await stopped(upstream, task, at);
  const answers = others.order({ do: "call", times: 2 });
  await new Promise((resolve) => setTimeout(resolve, 100)); // they wait for the lease by now
  const killedAt = performance.now();
  await holder.kill();
  const { answered, failures } = sumCalls(...await answers);
  return {
    answered,
    failures,
    ms: performance.now() - killedAt,
    logins: upstream.logins(),
    spentAgain: upstream.refreshes().refused,
  };
}

for (const at of MOMENTS) {
  testEachPlace(`a holder killed ${at} costs a login and little time (public bug 41)`, async (place) => {
    const bound = place.kind === "file" ? 1_000 : LIMITS.leaseMs + 1_000;
    const { ms, ...what } = await killHolder(place, at, true);
    assertEquals(what, { answered: 6, failures: [], logins: 2, spentAgain: 0 });
    assert(ms < bound, `the others went on after ${ms.toFixed(0)} ms, ${bound} at most`);
  });
}

testEachPlace(
  "a holder killed after the answer costs a typed error without credentials (public bug 41)",
  async (at) => {
    const { answered, failures, logins, spentAgain } = await killHolder(at, "after the answer", false);
    const codes = new Set(failures.map((failure) => failure.split(":")[0]));
    assertEquals([answered, codes], [0, new Set(["login_required"])]);
    assertEquals([logins, spentAgain], [1, 0]); // the login is that of the tokens
  },
);
