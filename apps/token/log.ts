/**
 * What the app writes to its log: no secret, and nothing that the upstream said.
 *
 * @module
 */

/** A request that was answered. */
export interface RequestEntry {
  /** When it was answered, ISO 8601. */
  readonly at: string;
  /** What kind of line this is. */
  readonly event: "request";
  /** Names the request; the answer has it as `x-request-id`. */
  readonly id: string;
  /** The request's method. */
  readonly method: string;
  /** The request's path if the app has it; others may hold anything. */
  readonly path?: string;
  /** The answer's status. */
  readonly status: number;
  /** How long it took, in ms. */
  readonly ms: number;
  /** The client's id, once it is authenticated. */
  readonly client?: string;
  /** The OAuth error code of the answer. */
  readonly error?: string;
  /** Why there was no token: the session's error code, or the name of an unexpected error. */
  readonly reason?: string;
}

/** Something that somebody has to look after; written once, until a token could be had again. */
export interface AlertEntry {
  /** When it happened, ISO 8601. */
  readonly at: string;
  /** What kind of line this is. */
  readonly event: "alert";
  /** The session's error code. */
  readonly reason: string;
  /** What it means. */
  readonly message: string;
}

/** One line of the log. */
export type LogEntry = RequestEntry | AlertEntry;

/** Writes one line. */
export type Log = (entry: LogEntry) => void;
