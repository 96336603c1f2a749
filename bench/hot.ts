/**
 * `deno task bench`: what the session adds to a call while its token is valid, in what a decorator by hand adds.
 *
 * The transport is a stub. A ratio is formed within one round, and the median of the rounds decides.
 */
import { createSession, type FetchLike, login } from "@xsignals/session";
import { handwrittenFetch } from "./handwritten.ts";
import { interleave } from "./interleaved.ts";
import { median } from "./median.ts";

const ROUNDS = 151;
const WARM_UPS = 3;
const CALLS = 500;
const ADDRESS = "https://api.xsignals.xpansiv.com/file/group?size=5";

/** What is called, and the limit. For the first two the session needs no `Headers`, which the decorator always makes. */
const FORMS: Readonly<Record<string, readonly [limit: number, make: () => Parameters<FetchLike>]>> = {
  "a path": [0.2, () => ["/file/group?size=5"]],
  "an address": [0.2, () => [ADDRESS]],
  "an address and headers": [1.3, () => [ADDRESS, { headers: { accept: "text/csv" } }]],
  "an address and a Headers": [1.3, () => [ADDRESS, { headers: new Headers({ accept: "text/csv" }) }]],
  "a Request": [1.3, () => [new Request(ADDRESS)]],
  "a Request with headers": [1.3, () => [new Request(ADDRESS, { headers: { accept: "text/csv" } })]],
};

/** The time of a batch of calls, in ms, whose arguments are made before. */
async function timeCalls(fetch: FetchLike, make: () => Parameters<FetchLike>): Promise<number> {
  const calls = Array.from({ length: CALLS }, make);
  const start = performance.now();
  for (const call of calls) await fetch(...call);
  return performance.now() - start;
}

if (import.meta.main) {
  const accessToken = `eyJhbGciOiJSUzI1NiJ9.${"a".repeat(200)}.${"s".repeat(342)}`; // as long as an RS256 JWT is
  const tokens = { accessToken, refreshToken: "r", expiresAt: Date.now() + 3_600_000 };
  const answer = Promise.resolve(new Response(null));
  const stub: FetchLike = () => answer;
  const session = createSession({ strategy: login({ tokens }), fetch: stub });
  const byHand = handwrittenFetch(stub, { ...tokens, refresh: () => Promise.reject(new Error("The token is valid")) });

  await session.token(); // from here on it is held
  for (const [name, [limit, make]] of Object.entries(FORMS)) {
    const fetches = [stub, session.fetch, byHand];
    const batches = fetches.map((fetch) => () => timeCalls(fetch, make));
    const [floor = [], measured = [], yardstick = []] = await interleave(ROUNDS, batches, WARM_UPS);
    const ratios = floor.map((base, round) => (measured[round]! - base) / (yardstick[round]! - base)).sort((a, b) =>
      a - b
    );
    const [ratio, low, high] = [median(ratios), ratios[ROUNDS >> 2]!, ratios.at(-1 - (ROUNDS >> 2))!];
    console.log(
      `${ratio <= limit ? "ok  " : "FAIL"} ${name}: adds ${ratio.toFixed(2)} of what the decorator adds, ` +
        `${limit.toFixed(2)} at most (half of the rounds: ${low.toFixed(2)} to ${high.toFixed(2)})`,
    );
    if (ratio > limit) Deno.exitCode = 1;
  }
}
