// The options of `createData` and of its methods, checked before anything is sent.
import { connect } from "@xsignals/client";
import type { Calls, Limits } from "./calls.ts";
import { createPace } from "./pace.ts";
import type { Clock, Connection, DataEvent, FetchLike } from "./types.ts";

/** Options of `createData`. */
export interface DataOptions {
  /** How many files `syncGroup` downloads at a time, 1 to 16; 4. It is halved for a while after a 429 or 503. */
  readonly concurrency?: number;
  /**
   * How often a call is sent again after a failed connection, 502 or 504; 3. With 0 no call is sent again, after 429 or 503
   * neither.
   */
  readonly retries?: number;
  /** How long one call of a method waits, in all, for servers that answer 429 or 503, in milliseconds; 60,000. */
  readonly waitBudgetMs?: number;
  /** How long a server may send nothing before the try counts as failed, in milliseconds; 30,000. */
  readonly idleMs?: number;
  /** Fetches presigned links, without any credential; the platform's `fetch`. Never a session's. */
  readonly linkFetch?: FetchLike;
  /** Is told of pages, pauses and repeats, for progress and logs. */
  readonly onEvent?: (event: DataEvent) => void;
  /** The time; the platform's. */
  readonly clock?: Clock;
  /** A number from 0 to below 1, for jitter; `Math.random`. */
  readonly random?: () => number;
}

/** What an option must be, in words, and how to tell. */
export type Rule = readonly [must: string, isRight: (value: unknown) => boolean];

/** Rules by the names of options. */
export type Rules = Readonly<Record<string, Rule>>;

const DEFAULTS: Limits = { concurrency: 4, retries: 3, waitBudgetMs: 60_000, idleMs: 30_000 };

/** The longest time that a timer can measure, in ms. */
const LONGEST_TIMER = 2 ** 31 - 1;

const FUNCTION: Rule = ["a function", (value) => typeof value === "function"];

/** The rule of a text that is not empty, and that an address can carry. */
export const TEXT: Rule = [
  "a non-empty string",
  (value) => typeof value === "string" && value !== "" && !/\p{Cs}/u.test(value),
];

/** The rule of `true` and `false`. */
export const FLAG: Rule = ["true or false", (value) => typeof value === "boolean"];

/** The rule of the option that every method has. */
export const SIGNAL: Rules = {
  signal: [
    "an AbortSignal",
    (value) => typeof Object(value).aborted === "boolean" && hasMethod(value, "addEventListener"),
  ],
};

const RULES: Rules = {
  concurrency: ["a whole number from 1 to 16", (value) => isWhole(value, 1, 16)],
  retries: ["a whole number from 0 to 100", (value) => isWhole(value, 0, 100)],
  waitBudgetMs: ["a number of milliseconds from 0", (value) => Number.isFinite(value) && Number(value) >= 0],
  idleMs: [`a whole number of milliseconds from 1 to ${LONGEST_TIMER}`, (value) => isWhole(value, 1, LONGEST_TIMER)],
  linkFetch: FUNCTION,
  onEvent: FUNCTION,
  clock: ["an object with now and sleep", (value) => hasMethod(value, "now") && hasMethod(value, "sleep")],
  random: FUNCTION,
};

/** Checks options by their rules. An option that is `undefined` counts as not given. */
export function checkOptions(doing: string, options: unknown, rules: Rules): void {
  if (Object(options) !== options || typeof options === "function") {
    throw new TypeError(`Cannot ${doing}: its options must be an object`);
  }
  for (const [name, value] of Object.entries(Object(options))) {
    const [must, isRight] = Object.hasOwn(rules, name) ? rules[name]! : [];
    if (!isRight) throw new TypeError(`Cannot ${doing}: there is no option ${name}`);
    if (value !== undefined && !isRight(value)) throw new TypeError(`Cannot ${doing}: ${name} must be ${must}`);
  }
}

/** Checks an argument by its rule. */
export function checkArgument(doing: string, name: string, value: unknown, [must, isRight]: Rule): void {
  if (!isRight(value)) throw new TypeError(`Cannot ${doing}: ${name} must be ${must}`);
}

/** Checks what the methods have in common: a name, and options that have a signal. */
export function checkNamed(doing: string, name: string, value: unknown, options: unknown, rules: Rules = {}): void {
  checkArgument(doing, name, value, TEXT);
  checkOptions(doing, options, { ...SIGNAL, ...rules });
}

/** Makes what the methods work with: the one place where the outside world enters. */
export function createCalls(connection: Connection, options: DataOptions): Calls {
  checkOptions("make the data", options, RULES);
  const { fetch, baseUrl } = Object(connection);
  if (typeof fetch !== "function" || !(typeof baseUrl === "string" || baseUrl instanceof URL)) {
    throw new TypeError("Cannot make the data: connection must have fetch and baseUrl, such as a session has");
  }
  const { clock = platformClock(), random = Math.random, linkFetch = platformFetch, onEvent = () => {} } = options;
  const given = Object.entries(options).filter(([name, value]) => name in DEFAULTS && value !== undefined);
  const limits: Limits = { ...DEFAULTS, ...Object.fromEntries(given) };
  const steady: Connection = { fetch: (input, init) => connection.fetch(input, init), baseUrl: String(baseUrl) };
  return {
    connection: steady,
    client: connect(steady),
    linkFetch,
    limits,
    clock,
    random,
    pace: createPace(limits.concurrency, clock),
    emit: (event) => {
      try {
        onEvent(event);
      } catch {
        // A fault of the program's own function; no call fails because of it.
      }
    },
  };
}

/** The platform's, looked up at every call, so that a program may replace it. */
function platformFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  return globalThis.fetch(input, init);
}

function platformClock(): Clock {
  return {
    now: () => Date.now(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const stop = () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", stop); // `once` does not tell Deno that nobody waits any more
          reject(signal?.reason);
        };
        const timer = setTimeout(() => {
          signal?.removeEventListener("abort", stop);
          resolve();
        }, Math.min(ms, LONGEST_TIMER));
        signal?.addEventListener("abort", stop, { once: true });
      }),
  };
}

function isWhole(value: unknown, from: number, to: number): boolean {
  return Number.isInteger(value) && Number(value) >= from && Number(value) <= to;
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof Object(value)[name] === "function";
}
