import type { Store } from "@xsignals/session";
import { AsyncLocalStorage } from "node:async_hooks";
import type { Exchange } from "./facts.ts";

/** What was done for one call. */
export interface CallContext {
  readonly name: string;
  /** Its own requests. */
  readonly exchanges: Exchange[];
  /** How many renewals it started. */
  renewals: number;
  /** When the last one asked, in ms: again after each answer that it waited for. */
  tries: number[];
  /** Whether it may ask again, as the server had asked to be asked later. */
  isBusy: boolean;
}

/** On whose behalf something is done: a caller's, and in it perhaps a renewal, which has sent these. */
interface Context {
  readonly call: CallContext;
  readonly renewal?: Exchange[];
}

export type Contexts = ReturnType<typeof traceContexts>;

export function traceContexts() {
  const storage = new AsyncLocalStorage<Context>();
  const newCall = (name: string): CallContext => ({ name, exchanges: [], renewals: 0, tries: [], isBusy: false });

  return {
    now: () => storage.getStore(),
    run<T>(name: string, work: (call: CallContext) => T): T {
      const call = newCall(name);
      return storage.run({ call }, () => work(call));
    },
    /** The store, with a context of its own for each try of a renewal. */
    watch: (store: Store, now: () => number): Store => ({
      ...store,
      keeper(context, identity) {
        const keeper = store.keeper.call(this, context, identity); // with what a test changes in the store
        return {
          ...keeper,
          renew(plan, ending) {
            const call = storage.getStore()?.call ?? newCall("nobody");
            if (!call.isBusy) call.tries = [];
            if (call.tries.push(now()) === 1) call.renewals++;
            const token = storage.run({ call, renewal: [] }, () => keeper.renew(plan, ending));
            token.then(() => call.isBusy = false, ({ code, status }) => {
              call.isBusy = code === "rate_limited" || status === 503;
            });
            return token;
          },
        };
      },
    }),
    [Symbol.dispose]: () => storage.disable(),
  };
}
