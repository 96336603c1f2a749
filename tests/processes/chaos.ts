/**
 * Eight processes that share a session, one of which is killed every 200 ms, for as long as you like.
 *
 *   deno task chaos [--minutes 10] [--store file|kv|postgres]     all that can be had, one after the other, by default
 *
 * Refresh tokens live for two seconds of use, and a spent one that is sent again ends its session. Prints how it goes, and
 * exits with 1 when a spent token was sent again or a call failed. Postgres needs `POSTGRES_URL`.
 */
import { parseArgs } from "node:util";
import { type Member, startMember, sumCalls } from "./crew.ts";
import { freshPlace, type PlaceKind } from "./place.ts";
import { startUpstream, type Upstream, USER } from "./upstream.ts";

const PROCESSES = 8;
const KILL_EVERY = 200;
const LIFETIME = 2_000;
const LIMITS = { tokenDeadlineMs: 1_500, leaseMs: 2_000 };

/** What happened so far. */
interface Tally {
  kills: number;
  calls: number;
  readonly failures: Map<string, number>;
}

/** One of the processes: calls on and on, and comes back when it is killed. */
async function slot(start: () => Promise<Member>, current: (member: Member) => void, tally: Tally, end: AbortSignal) {
  while (!end.aborted) {
    const member = await start();
    current(member);
    try {
      while (!end.aborted) {
        const { answered, failures } = sumCalls([await member.order({ do: "call", times: 10, together: 2 })]);
        tally.calls += answered;
        for (const failure of failures) tally.failures.set(failure, (tally.failures.get(failure) ?? 0) + 1);
      }
    } catch {
      continue; // it was killed
    }
    await member[Symbol.asyncDispose]();
  }
}

function line(kind: PlaceKind, ms: number, upstream: Upstream, { kills, calls, failures }: Tally): string {
  const { good, refused } = upstream.refreshes();
  const failed = [...failures.values()].reduce((sum, times) => sum + times, 0);
  const parts = [
    `${kind} ${(ms / 60_000).toFixed(1)} min`,
    `${kills} kills`,
    `${calls} calls`,
    `${upstream.logins()} logins`,
    `${good} refreshes`,
    `${refused} spent tokens sent again`,
    `${failed} failed calls`,
  ];
  return parts.join(", ");
}

async function chaos(kind: PlaceKind, ms: number, postgres: string | undefined): Promise<boolean> {
  await using fresh = await freshPlace(kind, postgres);
  await using upstream = await startUpstream({ accessTokenLifetime: LIFETIME });
  const task = { place: fresh.place, baseUrl: upstream.api, limits: LIMITS, ...USER };
  const tally: Tally = { kills: 0, calls: 0, failures: new Map() };
  const ending = new AbortController();
  const members: (Member | undefined)[] = [];
  const slots = Array.from(
    { length: PROCESSES },
    (_, index) => slot(() => startMember(task), (member) => members[index] = member, tally, ending.signal),
  );
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  const isLive = Deno.stdout.isTerminal();
  let printedAt = 0;
  while (elapsed() < ms) {
    await new Promise((resolve) => setTimeout(resolve, KILL_EVERY));
    const index = Math.floor(Math.random() * PROCESSES);
    const victim = members[index];
    members[index] = undefined;
    if (victim) {
      await victim.kill();
      tally.kills++;
    }
    if (elapsed() - printedAt < (isLive ? 1_000 : 60_000)) continue;
    printedAt = elapsed();
    const text = line(kind, printedAt, upstream, tally);
    if (isLive) await Deno.stdout.write(new TextEncoder().encode(`\r${text} `));
    else console.log(text);
  }
  ending.abort();
  await Promise.all(slots);
  console.log(`${isLive ? "\r" : ""}${line(kind, elapsed(), upstream, tally)}`);
  for (const [failure, times] of tally.failures) console.log(`  ${times} x ${failure}`);
  return upstream.refreshes().refused === 0 && tally.failures.size === 0;
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: { minutes: { type: "string" }, store: { type: "string" } },
  });
  const minutes = Number(values.minutes ?? 10);
  const kinds = (["file", "kv", "postgres"] as const).filter((kind) => (values.store ?? kind) === kind);
  if (!(minutes > 0) || kinds.length === 0) {
    console.error("usage: deno task chaos [--minutes N] [--store file|kv|postgres]");
    Deno.exit(2);
  }
  const postgres = Deno.env.get("POSTGRES_URL");
  let isGood = true;
  for (const kind of kinds) {
    if (kind === "postgres" && postgres === undefined) {
      console.error("postgres: left out, there is no POSTGRES_URL");
      continue;
    }
    isGood = await chaos(kind, minutes * 60_000, postgres) && isGood;
  }
  Deno.exit(isGood ? 0 : 1);
}
