// What the command needs of the outside world: it enters once, as an argument of `run`.

/** The shape of `fetch`. */
export type FetchLike = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Where output goes. */
export interface Sink {
  /** Whether somebody looks at it: then it gets tables, and no control characters of others. */
  readonly isTerminal: boolean;
  /** How many characters fit in a line of the terminal. */
  readonly columns?: number;
  /**
   * Writes all of it.
   *
   * @throws {OutputClosed} If nobody reads any more.
   */
  write(bytes: Uint8Array): Promise<void>;
}

/** Where input comes from. */
export interface Source {
  /** Whether a person can be asked. */
  readonly isTerminal: boolean;
  /** What comes through a pipe. */
  readonly readable: ReadableStream<Uint8Array>;
}

/** The time, in milliseconds. */
export interface Clock {
  /** The wall clock, since 1970. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason if the signal aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A question to a person. */
export interface Question {
  /** What is asked for. */
  readonly message: string;
  /** Whether the answer must not be seen. */
  readonly isSecret: boolean;
}

/** The outside world. */
export interface World {
  /** Standard input. */
  readonly stdin: Source;
  /** Standard output: data. */
  readonly stdout: Sink;
  /** Standard error: everything else. */
  readonly stderr: Sink;
  /** The variables of the environment. */
  readonly env: { get(name: string): string | undefined };
  /** The user's folder; `undefined` if there is none. */
  readonly home?: string;
  /** The network; the platform's if left out. */
  readonly fetch?: FetchLike;
  /** The time; the platform's if left out. */
  readonly clock?: Clock;
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal;
  /** Asks the person at the terminal; `undefined` if the person gave up. */
  ask(question: Question, signal: AbortSignal): Promise<string | undefined>;
}

/**
 * Nobody reads the output any more: the command ends quietly.
 *
 * Reject with it in {@link Sink.write}, if the reader of a pipe has left. Not for other failures of an output.
 *
 * @example
 * ```ts
 * import { OutputClosed, type Sink } from "@xsignals/cli/run";
 * import { assertEquals } from "@std/assert";
 *
 * const sink: Sink = { isTerminal: false, write: () => Promise.reject(new OutputClosed()) };
 *
 * assertEquals(await sink.write(new Uint8Array()).catch(({ name }) => name), "OutputClosed");
 * ```
 */
export class OutputClosed extends Error {
  /** `OutputClosed`. */
  override readonly name = "OutputClosed";
}
