import type { Store } from "@xsignals/session";
import { AsyncLocalStorage } from "node:async_hooks";
import type { Exchange } from "./facts.ts";

/** On whose behalf something is done: a caller's, and in it perhaps a renewal. */
export interface Context {
  readonly call: CallContext;
  readonly renewal?: RenewalContext;
}

/** What was done for one call. */
export interface CallContext {
  readonly name: string;
  readonly exchanges: Exchange[];
  /** What its renewals sent; each wait for the server starts another one. */
  readonly renewing: Exchange[];
  renewals: number;
}

/** What was done in one renewal. */
export interface RenewalContext {
  readonly exchanges: Exchange[];
}

/** The contexts in which sessions work. */
export interface Contexts extends Disposable {
  /** The present one. */
  now(): Context | undefined;
  /** Does the work on behalf of a call. */
  run<T>(call: CallContext, work: () => T): T;
  /** The store, with a context of its own for each renewal. */
  watch(store: Store): Store;
}

/** Tells on whose behalf something is done, until it is disposed of. */
export function traceContexts(): Contexts {
  const storage = new AsyncLocalStorage<Context>();

  function renewing<T>(work: () => T): T {
    const call = storage.getStore()?.call ?? { name: "nobody", exchanges: [], renewing: [], renewals: 0 };
    call.renewals++;
    return storage.run({ call, renewal: { exchanges: [] } }, work);
  }

  return {
    now: () => storage.getStore(),
    run: (call, work) => storage.run({ call }, work),
    watch: (store) => ({
      ...store,
      keeper(context, identity) {
        const keeper = store.keeper.call(this, context, identity); // with what a test changes in the store
        return { ...keeper, renew: (plan, ending) => renewing(() => keeper.renew(plan, ending)) };
      },
    }),
    [Symbol.dispose]: () => storage.disable(),
  };
}
