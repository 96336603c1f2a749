// What every method of the package works with. `createData` makes it once.
import type { Client } from "@xsignals/client";
import type { Pace } from "./pace.ts";
import type { Clock, Connection, DataEvent, FetchLike } from "./types.ts";

/** The connection, the checked options, and the outside world. */
export interface Calls {
  /** Sends what the generated operations do not cover; `addressOf` makes its addresses. */
  readonly connection: Connection;
  /** For the generated operations, through `ask`. */
  readonly client: Client;
  /** Fetches presigned links, and nothing else. */
  readonly linkFetch: FetchLike;
  /** The options that are numbers. */
  readonly limits: Limits;
  /** The time. */
  readonly clock: Clock;
  /** A number from 0 to below 1, for jitter. */
  readonly random: () => number;
  /** When all calls wait, and how many downloads run. */
  readonly pace: Pace;
  /** Tells what happened; never throws. */
  readonly emit: (event: DataEvent) => void;
}

/** The options that are numbers, times in milliseconds. */
export interface Limits {
  /** Downloads at a time. */
  readonly concurrency: number;
  /** How often a call is sent again after a failure; 0: no call is sent again, for whatever reason. */
  readonly retries: number;
  /** How long one piece of work waits for servers that ask for it. */
  readonly waitBudgetMs: number;
  /** How long a server may send nothing. */
  readonly idleMs: number;
}

/** One piece of work that a program asked for: its calls share the signal and the budget for waiting. */
export interface Work {
  /** What is done, as in "list the files of Market Notes": messages begin with "Cannot" and this. */
  readonly what: string;
  /** What does not exist after a 404. */
  readonly thing: "file" | "group";
  /** The file that it is about, for the errors. */
  readonly fid?: string;
  /** Ends the work. */
  readonly signal?: AbortSignal;
  /** Takes from the budget; `false` and nothing taken if so much is not left. */
  spend(ms: number): boolean;
}

/**
 * Begins a piece of work. Every public method begins one; a list is one as a whole.
 *
 * @param what What is done, without a secret, printable.
 */
export function beginWork(
  { limits }: Calls,
  what: string,
  { signal, fid }: { readonly signal?: AbortSignal; readonly fid?: string } = {},
): Work {
  let left = limits.waitBudgetMs;
  return {
    what,
    thing: fid === undefined ? "group" : "file",
    fid,
    signal,
    spend(ms) {
      if (ms > left) return false;
      left -= ms;
      return true;
    },
  };
}

/** The absolute address of a path that begins with a slash. */
export function addressOf({ connection: { baseUrl } }: Calls, path: string): string {
  return baseUrl.replace(/\/+$/, "") + path;
}
