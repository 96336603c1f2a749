/**
 * Eight processes that share a session, one of which is killed every 200 ms, for as long as you like.
 *
 *   deno task chaos [--minutes 10] [--store file|kv|postgres]     all that this machine has, one after the other, by default
 *
 * Refresh tokens live for two seconds of use, and a spent one that is sent again ends its session. Prints a line each
 * minute, and exits with 1 if a spent token was sent again or a call failed. Postgres needs `POSTGRES_URL`.
 */
import { parseArgs } from "node:util";
import { type Member, startMember, sumCalls } from "./crew.ts";
import { hasPlace, KINDS, type Place, withPlace } from "./place.ts";
import { startUpstream, USER } from "./upstream.ts";

const PROCESSES = 8;
const KILL_EVERY = 200;
const LIFETIME = 2_000;
const LIMITS = { tokenDeadlineMs: 1_500, leaseMs: 2_000 };

/** Runs them for so many ms. Resolves with whether no spent token was sent again and no call failed. */
async function chaos(place: Place, ms: number): Promise<boolean> {
  await using upstream = await startUpstream({ accessTokenLifetime: LIFETIME });
  const task = { place, baseUrl: upstream.api, limits: LIMITS, ...USER };
  const members: (Member | undefined)[] = [];
  const failures: Record<string, number> = {};
  let kills = 0;
  let calls = 0;
  let isOver = false;

  /** One of the processes: calls on and on, and comes back when it is killed. */
  async function slot(index: number): Promise<void> {
    while (!isOver) {
      const member = await startMember(task);
      members[index] = member;
      try {
        while (!isOver) {
          const called = sumCalls(await member.order({ do: "call", times: 10, together: 2 }));
          calls += called.answered;
          for (const failure of called.failures) failures[failure] = (failures[failure] ?? 0) + 1;
        }
      } catch {
        continue; // it was killed
      }
      await member[Symbol.asyncDispose]();
    }
  }

  const slots = Array.from({ length: PROCESSES }, (_, index) => slot(index));
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  function print(): void {
    const { good, refused } = upstream.refreshes();
    const failed = Object.values(failures).reduce((sum, times) => sum + times, 0);
    const minutes = (elapsed() / 60_000).toFixed(1);
    console.log(
      `${place.kind} ${minutes} min, ${kills} kills, ${calls} calls, ${upstream.logins()} logins, ${good} refreshes, ` +
        `${refused} spent tokens sent again, ${failed} failed calls`,
    );
  }
  const printing = setInterval(print, 60_000);
  while (elapsed() < ms) {
    await new Promise((resolve) => setTimeout(resolve, KILL_EVERY));
    const index = Math.floor(Math.random() * PROCESSES);
    const victim = members[index];
    members[index] = undefined;
    if (!victim) continue;
    await victim.kill();
    kills++;
  }
  clearInterval(printing);
  isOver = true;
  await Promise.all(slots);
  print();
  for (const [failure, times] of Object.entries(failures)) console.log(`  ${times} x ${failure}`);
  return upstream.refreshes().refused === 0 && Object.keys(failures).length === 0;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { minutes: { type: "string" }, store: { type: "string" } } });
  const minutes = Number(values.minutes ?? 10);
  const kinds = KINDS.filter((kind) => (values.store ?? kind) === kind);
  if (!(minutes > 0) || kinds.length === 0) {
    console.error("usage: deno task chaos [--minutes N] [--store file|kv|postgres]");
    Deno.exit(2);
  }
  let isGood = true;
  for (const kind of kinds) {
    if (!hasPlace(kind)) console.error(`${kind}: left out, there is no POSTGRES_URL`);
    else isGood = await withPlace(kind, (place) => chaos(place, minutes * 60_000)) && isGood;
  }
  Deno.exit(isGood ? 0 : 1);
}
