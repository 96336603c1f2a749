/**
 * What the session adds to a call while its token is valid, in what else could be done; fails above the limits.
 *
 *   deno task bench
 *
 * The transport is a stub that answers at once. Each ratio is formed within one round, from batches that ran side by side,
 * and the median of the rounds decides.
 */
import { createSession, type FetchLike, login } from "@xsignals/session";
import { handwrittenFetch } from "./handwritten.ts";
import { interleave } from "./interleaved.ts";
import { median } from "./median.ts";

const ROUNDS = 151;
const WARM_UPS = 3;
const CALLS = 500;
const ADDRESS = "https://api.xsignals.xpansiv.com/file/group?size=5";

/** What is called: the first two are compared with one `new Headers()` and one `set`, the others with the decorator. */
const FORMS: Readonly<Record<string, () => Parameters<FetchLike>>> = {
  "a path": () => ["/file/group?size=5"],
  "an address": () => [ADDRESS],
  "an address and headers": () => [ADDRESS, { headers: { accept: "text/csv" } }],
  "an address and a Headers": () => [ADDRESS, { headers: new Headers({ accept: "text/csv" }) }],
  "a Request": () => [new Request(ADDRESS)],
  "a Request with headers": () => [new Request(ADDRESS, { headers: { accept: "text/csv" } })],
};

/** How much the measured work adds to the floor, in what the yardstick takes: for each round. */
export function ratiosOf(
  floor: readonly number[],
  measured: readonly number[],
  yardstick: readonly number[],
  yardstickHasFloor: boolean,
): number[] {
  return floor.map((base, round) => (measured[round]! - base) / (yardstick[round]! - (yardstickHasFloor ? base : 0)));
}

/** The time of a batch of calls, in ms, whose arguments are made before. */
async function timeCalls(fetch: FetchLike, make: () => Parameters<FetchLike>): Promise<number> {
  const calls = Array.from({ length: CALLS }, make);
  const start = performance.now();
  for (const call of calls) await fetch(...call);
  return performance.now() - start;
}

/** The time of as many times the work that every way of adding a header has. */
function timeOneSet(authorization: string): number {
  let last: Headers | undefined;
  const start = performance.now();
  for (let call = 0; call < CALLS; call++) {
    last = new Headers();
    last.set("authorization", authorization);
  }
  const time = performance.now() - start;
  if (last?.get("authorization") !== authorization) throw new Error("Cannot measure: the work was left out");
  return time;
}

if (import.meta.main) {
  const accessToken = `eyJhbGciOiJSUzI1NiJ9.${"a".repeat(200)}.${"s".repeat(342)}`; // as long as an RS256 JWT is
  const tokens = { accessToken, refreshToken: "r", expiresAt: Date.now() + 3_600_000 };
  const answer = Promise.resolve(new Response(null));
  const stub: FetchLike = () => answer;
  const session = createSession({ strategy: login({ tokens }), fetch: stub });
  const byHand = handwrittenFetch(stub, { ...tokens, refresh: () => Promise.reject(new Error("The token is valid")) });

  await session.token(); // from here on it is held
  for (const [index, [name, make]] of Object.entries(FORMS).entries()) {
    const isPlain = index < 2;
    const [floor = [], measured = [], yardstick = []] = await interleave(ROUNDS, [
      () => timeCalls(stub, make),
      () => timeCalls(session.fetch, make),
      isPlain ? () => timeOneSet(`Bearer ${accessToken}`) : () => timeCalls(byHand, make),
    ], WARM_UPS);
    const ratios = ratiosOf(floor, measured, yardstick, !isPlain).sort((a, b) => a - b);
    const [ratio, low, high] = [median(ratios), ratios[ROUNDS >> 2]!, ratios.at(-1 - (ROUNDS >> 2))!];
    const limit = isPlain ? 1 / 3 : 1.3;
    const unit = isPlain ? "one new Headers() and one set" : "what the decorator adds";
    console.log(
      `${ratio <= limit ? "ok  " : "FAIL"} ${name}: adds ${ratio.toFixed(2)} of ${unit}, ${limit.toFixed(2)} at most ` +
        `(half of the rounds: ${low.toFixed(2)} to ${high.toFixed(2)})`,
    );
    if (ratio > limit) Deno.exitCode = 1;
  }
}
