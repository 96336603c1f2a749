import type { StoreEngine } from "../types.ts";
import { CHANGED_CASES } from "./changed_cases.ts";
import { EXCLUSIVE_CASES } from "./exclusive_cases.ts";
import { demand, type Promised, type StoreCase, type StoreUnderTest } from "./store_case.ts";
import { WRITE_CASES } from "./write_cases.ts";

export type { StoreCase, StoreUnderTest };

/** What {@link storeContract} is to test beside `read` and `write`. */
export interface StoreContractOptions {
  /** Whether the store has `changed`. Default: no. */
  readonly changed?: boolean;
  /** Whether the store has `exclusive`. Default: no. */
  readonly exclusive?: boolean;
  /** The longest time that a case may take, in ms. Default: 10,000. */
  readonly timeoutMs?: number;
}

/**
 * The contract of a store as test cases, for any test runner.
 *
 * Use it for a store of your own: one without compare-and-swap seems to work, until two processes renew at the same time
 * and the account is logged out. Each case makes a store, works with it in real time and frees it, so they may run in any
 * order, but not with a clock that stands still. What a case cannot see is the engine's own: replicas that lag behind,
 * writes that a crash undoes.
 *
 * @param make Makes a store at a new place, where there is no record: a store alone, or with a second one on the same
 * place and what frees both.
 * @param options What the store offers beside `read` and `write`: a case fails when that is not what it has.
 * @returns The cases. `run` rejects with an `Error` that says which promise was broken and what was seen instead; one that
 * the store's own failure, such as a lost connection, ends is rejected with that.
 *
 * @example Every case in turn; in a test file: `test(name, run)`, which is `Deno.test`, or that of `node:test`, vitest or Bun
 * ```ts
 * import { memoryStore } from "@xsignals/session";
 * import { storeContract } from "@xsignals/session/testing";
 *
 * for (const { run } of storeContract(() => memoryStore())) await run();
 * ```
 *
 * @example What a store with a lost update is told
 * ```ts
 * import { memoryStore, type StoreEngine } from "@xsignals/session";
 * import { storeContract } from "@xsignals/session/testing";
 * import { assertRejects } from "@std/assert";
 *
 * function lastWriteWins(): StoreEngine {
 *   const store = memoryStore();
 *   return { ...store, write: async (data) => store.write(data, (await store.read())?.version ?? null) };
 * }
 * const replaces = storeContract(lastWriteWins).find(({ name }) => name.startsWith("write() replaces"));
 *
 * await assertRejects(() => replaces!.run(), Error, "write() over the version before the newest resolved with a text");
 * ```
 */
export function storeContract(
  make: () => StoreEngine | StoreUnderTest | Promise<StoreEngine | StoreUnderTest>,
  options: StoreContractOptions = {},
): StoreCase[] {
  const { changed = false, exclusive = false, timeoutMs = 10_000 } = options;
  const offers: Promised = ["the store offers what its test says", (store) => {
    demandOffer("changed", store.changed !== undefined, changed);
    demandOffer("exclusive", store.exclusive !== undefined, exclusive);
    return Promise.resolve();
  }];
  const promised = [offers, ...WRITE_CASES, ...(changed ? CHANGED_CASES : []), ...(exclusive ? EXCLUSIVE_CASES : [])];
  return promised.map(([name, hold]) => ({
    name,
    async run() {
      const made = await make();
      const { store, second = store, close }: StoreUnderTest = "store" in made ? made : { store: made };
      const over = new AbortController();
      try {
        await within(timeoutMs, hold(store, second, over.signal));
      } finally {
        over.abort();
        await close?.();
      }
    },
  }));
}

function demandOffer(name: "changed" | "exclusive", has: boolean, isSaid: boolean): void {
  const told = isSaid ? "the options of storeContract() say that it does" : `give storeContract() { ${name}: true }`;
  demand(has === isSaid, `it ${has ? "has" : "does not have"} ${name}(): ${told}`);
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`The store breaks its contract: the case had not ended after ${ms} ms`);
    timer = setTimeout(() => reject(error), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
