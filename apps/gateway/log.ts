// The gateway's log: one JSON line a request, and alerts. No secret, and nothing that the upstream said.
import { setImmediate } from "node:timers";
import { setTimeout as pause } from "node:timers/promises";
import type { Context, MiddlewareHandler } from "hono";
import { SessionError } from "@xsignals/session";
import type { Call } from "./calls.ts";
import { type Outcome, relay } from "./relay.ts";

/** A request that was answered. The last four are there with `GATEWAY_AUDIT=true` only: who took what. */
export interface RequestEntry {
  /** When it was answered, with the audit when the answer ended; ISO 8601. */
  readonly at: string;
  readonly event: "request";
  /** Names the request; the answer has it as `x-request-id`. */
  readonly id: string;
  readonly method: string;
  /** The path if the gateway has it, since an unknown one may hold anything; with the audit, what a token was shown for. */
  readonly path?: string | undefined;
  readonly status: number;
  readonly ms: number;
  readonly client?: string | undefined;
  /** Why the request failed: the session's error code, or the name of an unexpected error. */
  readonly reason?: string | undefined;
  readonly error?: string | undefined;
  readonly address?: string;
  /** The id of the token that was shown, or handed out. */
  readonly token?: string;
  /** Of whom the assertion was that the token was handed out for. */
  readonly subject?: string;
  /** How many bytes of the answer's body were read. */
  readonly bytes?: number;
  readonly outcome?: Outcome;
}

/** One line of the log. */
export type LogEntry = RequestEntry | ReturnType<typeof alertEntry>;

/** Writes one line. */
export type Log = (entry: LogEntry) => void;

/** What a request carries through the app for the log, in Hono's form. */
export interface AppEnv {
  /** The platform's word about the connection, and about when the answer has been sent. */
  Bindings: Partial<Deno.ServeHandlerInfo>;
  Variables: { client?: string; error?: string; reason?: string; token?: string; subject?: string; call?: Call };
}

/** The methods that a line names: another one may be long, or hold anything. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** The longest word of a line, in characters. */
const MAX_WORD = 160;

/**
 * Makes the middleware that writes one line for each request: when its answer begins, or with the audit when that ends.
 *
 * @param known The app's own name for a path; others are left out of the log, since a secret may stand in one by mistake.
 * @param audit The caller's address, where the log is to tell who took what.
 */
export function requestLog(
  log: Log,
  now: () => number,
  known: (path: string) => string | undefined,
  audit?: (c: Context<AppEnv>) => string,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const start = now();
    const id = crypto.randomUUID();
    c.header("x-request-id", id);
    await next();
    const { client, error, reason, token, subject, call } = c.var;
    const { method } = c.req;
    function write(more: Partial<RequestEntry> = {}): void {
      const end = now();
      log({
        at: new Date(end).toISOString(),
        event: "request",
        id,
        method: METHODS.includes(method) ? method : "other",
        path: known(c.req.path),
        status: c.res.status,
        ms: end - start,
        client,
        reason: reason?.slice(0, MAX_WORD),
        error,
        ...more,
      });
    }
    if (!audit) write();
    if (!audit && !(call?.isRelayed && call.hasHead)) return; // whoever looks at a body makes a stream of it
    const own = { address: audit?.(c) ?? "", subject, ...(token === undefined ? {} : { token, path: c.req.path }) };
    const body = method === "HEAD" ? null : c.res.body;
    if (!body) return audit && write({ ...own, bytes: 0, outcome: "whole" });
    const end = (bytes: number, outcome: Outcome) => {
      if (audit) write({ ...own, bytes, outcome: call?.end ?? outcome });
    };
    const nextBy = () => audit ? now() + IDLE : Infinity;
    c.res = new Response(relay(body, call, nextBy, c.env?.completed, end), c.res);
  };
}

/** How long a reader may sleep, in ms. */
const IDLE = 60_000;

/** So many lines wait for a reader that lags, which are some 2 MB; what comes then is lost. */
const MAX_WAITING = 8_192;

/** How long a log that cannot be written is left alone, in ms. */
const PAUSE = 200;

/**
 * Makes the log: it never waits, and never fails. A log that cannot be written costs lines, which are counted; an alert
 * tells of them once it can be written again.
 *
 * All lines of one turn of the event loop, and all that come while others are written, are written in one piece: under
 * load, a system call for each would cost as much as the rest of a request.
 */
export function logLines(write: (bytes: Uint8Array) => Promise<number>, now: () => number) {
  let waiting: string[] = [];
  let lost = 0;
  let isBusy = true; // until the first line is there
  let isBroken = false; // only the beginning of the last line was written

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      if (!await writeAll(lines)) {
        lost += lines.length;
        await pause(PAUSE);
      } else if (lost > 0 && waiting.length < MAX_WAITING) {
        const message = `Cannot write the log: ${lost} lines are lost`;
        lost = 0;
        add(JSON.stringify(alertEntry(now(), "log_failed", message)));
      }
    }
    isBusy = false;
  }

  async function writeAll(lines: readonly string[]): Promise<boolean> {
    let rest = new TextEncoder().encode(`${isBroken ? "\n" : ""}${lines.join("\n")}\n`);
    while (rest.length > 0) {
      try {
        rest = rest.subarray(await write(rest));
        isBroken = rest.length > 0;
      } catch (error) {
        if (!(error instanceof Deno.errors.WouldBlock)) return false;
        await pause(PAUSE); // a pipe that is full at the moment
      }
    }
    return true;
  }

  function add(line: string): void {
    if (waiting.length >= MAX_WAITING) lost++;
    else waiting.push(line);
    if (isBusy) return;
    isBusy = true;
    setImmediate(flush);
  }

  return {
    log: (entry: LogEntry) => add(JSON.stringify(entry)),
    /** Writes the log's first line, for people, once: what is logged before waits for it. */
    begin(line: string): void {
      waiting.unshift(line);
      setImmediate(flush);
    },
  };
}

/** Something that a person has to look after; written once an incident, whose kind is the reason. */
function alertEntry(at: number, reason: string, message: string) {
  return { at: new Date(at).toISOString(), event: "alert" as const, reason, message };
}

/** What the platform's errors of files mean. */
const FILES: Record<string, string> = { ENOENT: "no such file", EISDIR: "it is a folder", EACCES: "not permitted" };

/** What an error is about: the session's words, or codes alone, since what others say may have a secret. */
export function causeOf(error: unknown): string {
  if (error instanceof SessionError) return error.message;
  const codes: string[] = [];
  for (let one = Object(error), depth = 0; depth < 4; one = Object(one.cause), depth++) {
    if (typeof one.code === "string" && /^\w{1,40}$/.test(one.code)) codes.push(one.code);
  }
  const cause = codes.join(", ") || (error instanceof Error && /^\w{1,40}$/.test(error.name) ? error.name : "unknown");
  return FILES[cause] ?? cause;
}

/** Alerts, each once an incident. */
export type Alerts = ReturnType<typeof makeAlerts>;

/** Makes the alerts of a log. */
export function makeAlerts(log: Log, now: () => number) {
  const raised = new Set<string>();
  return {
    raise(reason: string, message: string): void {
      if (raised.has(reason)) return;
      raised.add(reason);
      log(alertEntry(now(), reason, message));
    },
    /** The incident is over: the next one is worth a line again. */
    clear: (reason: string) => void raised.delete(reason),
  };
}
