/**
 * One state of everything: the record, the server, what is on the way between them, and the processes.
 *
 * @module
 */
import type { Local } from "./local_state.ts";
import type { Making, Result, Stored } from "./process.ts";
import type { Request, Server } from "./server.ts";

export interface Setting extends Making {
  /** The refresh token that the record has at the beginning; without one there is no record. */
  readonly first?: string;
  /** How much time passes at once; every limit is a multiple of it. All times are in ms. */
  readonly tick: number;
}

/** A call of a process that is not answered yet, or whose answer it has not heard yet. */
export interface Pending {
  readonly id: number;
  readonly since: number;
  readonly answered?: { readonly result: Result };
}

/** One of those who share the record: a process, and after its crash the one that is started in its place. */
export interface Worker {
  readonly local: Local;
  readonly pending: readonly Pending[];
  readonly crashes: number;
  /** When it began to send, since it wrote the record last. */
  readonly sentAt?: number | undefined;
}

/** A request on its way, whose answer a worker waits for. */
export interface Message {
  readonly by: number;
  readonly call: number;
  readonly request: Request;
}

/** The parts of a record that the rules are about. */
export interface RecordView {
  readonly token?: { readonly refresh?: string };
  readonly inFlight?: unknown;
  readonly lease?: { readonly holder: string };
}

/** The record, and when it was written. */
export interface Written extends Stored {
  readonly at: number;
  readonly view: RecordView;
}

export interface State {
  readonly now: number;
  /** How many times more time may pass while somebody has something to do. */
  readonly pauses: number;
  readonly store: Written | null;
  readonly server: Server;
  readonly workers: readonly Worker[];
  readonly wire: readonly Message[];
  /** What was sent to get a pair: refresh tokens, and logins. */
  readonly sent: readonly string[];
  /** Which worker's process heard of which pair, by refresh token, that is not in the record yet. */
  readonly got: readonly { readonly token: string; readonly worker: number }[];
  /** Whether an answer may have been lost: a crash, a deadline, a lease that ended. */
  readonly isLost: boolean;
}
