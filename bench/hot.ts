/**
 * What the session adds to a call while its token is valid, in what else could be done; fails above the limits.
 *
 *   deno run bench/hot.ts
 *
 * The transport is a stub that answers at once. On a noisy machine nothing but ratios counts: each is formed within one
 * round, from batches that ran side by side, and the median of the rounds decides.
 */
import { createSession, type FetchLike, login } from "@xsignals/session";
import { handwrittenFetch } from "./handwritten.ts";
import { type Batch, compare, syncBatch } from "./interleaved.ts";

const ROUNDS = 151;
const CALLS = 500;
const ADDRESS = "https://api.xsignals.xpansiv.com/file/group?size=5";

/** What is called, compared with one `new Headers()` and one `set`. */
const PLAIN: Readonly<Record<string, () => Parameters<FetchLike>>> = {
  "a path": () => ["/file/group?size=5"],
  "an address": () => [ADDRESS],
};

/** What is called, compared with the decorator. */
const OTHERS: Readonly<Record<string, () => Parameters<FetchLike>>> = {
  "an address and headers": () => [ADDRESS, { headers: { accept: "text/csv" } }],
  "an address and a Headers": () => [ADDRESS, { headers: new Headers({ accept: "text/csv" }) }],
  "a Request": () => [new Request(ADDRESS)],
  "a Request with headers": () => [new Request(ADDRESS, { headers: { accept: "text/csv" } })],
};

/** A batch of calls, whose arguments are made before the time is taken. */
function callsOf(fetch: FetchLike, make: () => Parameters<FetchLike>): Batch {
  return async () => {
    const calls = Array.from({ length: CALLS }, make);
    const start = performance.now();
    for (const call of calls) await fetch(...call);
    return performance.now() - start;
  };
}

if (import.meta.main) {
  const accessToken = `eyJhbGciOiJSUzI1NiJ9.${"a".repeat(200)}.${"s".repeat(342)}`; // as long as an RS256 JWT is
  const expiresAt = Date.now() + 3_600_000;
  const answer = Promise.resolve(new Response(null));
  const stub: FetchLike = () => answer;
  const tokens = { accessToken, refreshToken: "r", expiresAt };
  const session = createSession({ strategy: login({ tokens }), fetch: stub });
  const byHand = handwrittenFetch(stub, { ...tokens, refresh: () => Promise.reject(new Error("The token is valid")) });
  const oneSet = syncBatch(CALLS, () => {
    const headers = new Headers();
    headers.set("authorization", `Bearer ${accessToken}`);
    return headers;
  });

  await session.token(); // from here on it is held
  for (const [name, make] of Object.entries({ ...PLAIN, ...OTHERS })) {
    const isPlain = name in PLAIN;
    const { ratio, low, high } = await compare({
      rounds: ROUNDS,
      floor: callsOf(stub, make),
      measured: callsOf(session.fetch, make),
      yardstick: isPlain ? oneSet : callsOf(byHand, make),
      yardstickHasFloor: !isPlain,
    });
    const limit = isPlain ? 1 / 3 : 1.3;
    const unit = isPlain ? "one new Headers() and one set" : "what the decorator adds";
    console.log(
      `${ratio <= limit ? "ok  " : "FAIL"} ${name}: adds ${ratio.toFixed(2)} of ${unit}, ${limit.toFixed(2)} at most ` +
        `(half of the rounds: ${low.toFixed(2)} to ${high.toFixed(2)})`,
    );
    if (ratio > limit) Deno.exitCode = 1;
  }
}
