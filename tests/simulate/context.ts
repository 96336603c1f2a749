import type { Store } from "@xsignals/session";
import { AsyncLocalStorage } from "node:async_hooks";
import type { Exchange } from "./facts.ts";

/** What was done for one call. */
export interface CallContext {
  readonly name: string;
  /** Its own requests. */
  readonly exchanges: Exchange[];
  /** What its renewals sent; each wait for the server starts another one. */
  readonly renewing: Exchange[];
  renewals: number;
}

/** On whose behalf something is done: a caller's, and in it perhaps a renewal, which has sent these. */
interface Context {
  readonly call: CallContext;
  readonly renewal?: Exchange[];
}

export type Contexts = ReturnType<typeof traceContexts>;

export function traceContexts() {
  const storage = new AsyncLocalStorage<Context>();
  const newCall = (name: string): CallContext => ({ name, exchanges: [], renewing: [], renewals: 0 });

  return {
    now: () => storage.getStore(),
    run<T>(name: string, work: (call: CallContext) => T): T {
      const call = newCall(name);
      return storage.run({ call }, () => work(call));
    },
    /** The store, with a context of its own for each renewal. */
    watch: (store: Store): Store => ({
      ...store,
      keeper(context, identity) {
        const keeper = store.keeper.call(this, context, identity); // with what a test changes in the store
        return {
          ...keeper,
          renew(plan, ending) {
            const call = storage.getStore()?.call ?? newCall("nobody");
            call.renewals++;
            return storage.run({ call, renewal: [] }, () => keeper.renew(plan, ending));
          },
        };
      },
    }),
    [Symbol.dispose]: () => storage.disable(),
  };
}
