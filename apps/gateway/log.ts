/**
 * The gateway's log: one JSON line a request, and alerts. No secret, and nothing that the upstream said.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import type { MiddlewareHandler } from "hono";

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
  /** The request's path if the gateway has it; an unknown path may hold anything. */
  readonly path?: string;
  /** The answer's status. */
  readonly status: number;
  /** How long it took, in ms. */
  readonly ms: number;
  /** The client's id, once it is authenticated. */
  readonly client?: string;
  /** The OAuth error code of the answer. */
  readonly error?: string;
  /** Why the request failed: the session's error code, or the name of an unexpected error. */
  readonly reason?: string;
}

/** Something that a person has to look after; written once an incident. */
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

/** What a request carries through the app for the log, in Hono's form. */
export interface AppEnv {
  /** The variables, as in {@link RequestEntry}. */
  Variables: { client?: string; error?: string; reason?: string };
}

/**
 * Makes the middleware that writes one line for each request, when it is answered.
 *
 * @param log Writes the line.
 * @param now The time, in ms since 1970.
 * @param known The app's own name for a path; others are left out of the log, since a secret may stand in one by mistake.
 */
export function requestLog(
  log: Log,
  now: () => number,
  known: (path: string) => string | undefined,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const start = now();
    const id = crypto.randomUUID();
    c.header("x-request-id", id);
    await next();
    const end = now();
    const path = known(c.req.path);
    log({
      at: new Date(end).toISOString(),
      event: "request",
      id,
      method: c.req.method,
      ...(path === undefined ? {} : { path }),
      status: c.res.status,
      ms: end - start,
      ...c.var,
    });
  };
}

/**
 * Makes the log that writes all lines of one turn of the event loop in one piece. Under load, a system call for each line
 * would cost as much as the rest of a request.
 *
 * @param write Writes some lines, without the last one's end.
 */
export function logLines(write: (lines: string) => void): Log {
  let lines: string[] = [];

  function flush(): void {
    write(lines.join("\n"));
    lines = [];
  }

  return (entry) => {
    if (lines.push(JSON.stringify(entry)) === 1) setImmediate(flush);
  };
}
