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
  renewals: number;
}

/** What was done in one renewal. */
export interface RenewalContext {
  readonly exchanges: Exchange[];
}

/** The spans that sessions made, and the contexts in which they work. */
export interface Contexts extends Disposable {
  /** The present one. */
  now(): Context | undefined;
  /** Does the work on behalf of a call. */
  run<T>(call: CallContext, work: () => T): T;
  /** What spans were told. */
  readonly told: readonly string[];
}

const OPENTELEMETRY = Symbol.for("opentelemetry.js.api.1");

/** Listens to the sessions' spans, as OpenTelemetry would, until it is disposed of. */
export function traceContexts(): Contexts {
  const storage = new AsyncLocalStorage<Context>();
  const told: string[] = [];
  const span = {
    setAttribute: (name: string, value: string) => void told.push(`${name}=${value}`),
    setStatus: ({ code }: { code: number }) => void told.push(`status=${code}`),
    end: () => {},
  };
  const tracer = {
    startActiveSpan<T>(name: string, work: (one: typeof span) => T): T {
      told.push(name);
      const call = storage.getStore()?.call ?? { name: "nobody", exchanges: [], renewals: 0 };
      call.renewals++;
      return storage.run({ call, renewal: { exchanges: [] } }, () => work(span));
    },
  };
  Object.defineProperty(globalThis, OPENTELEMETRY, {
    value: { trace: { getTracer: () => tracer } },
    configurable: true,
  });
  return {
    told,
    now: () => storage.getStore(),
    run: (call, work) => storage.run({ call }, work),
    [Symbol.dispose]() {
      Reflect.deleteProperty(globalThis, OPENTELEMETRY);
      storage.disable();
    },
  };
}
