import { BODY_FAULTS, type BodyFault, breakBody, wrongBodyFault } from "./body_faults.ts";
import { type EntryFilter, type LogEntry, matches } from "./log.ts";
import { connectionLost, connectionRefused } from "./network.ts";
import { OPERATIONS } from "./operations.ts";

/**
 * Makes the requests that it matches go wrong. Without a member of {@link EntryFilter} it matches every request.
 *
 * `stage` says when. `before` (the default): the server has not handled the request, so nothing has changed. `after`: the
 * server has, so that a session began or a token was spent, and only the answer is different or lost.
 */
export interface Fault extends BodyFault, Omit<EntryFilter, "status" | "violation"> {
  /** How many matching requests it strikes; 1 when absent, `Infinity` for all. */
  readonly times?: number;
  /** How many matching requests pass first; 0 when absent. */
  readonly skip?: number;
  /** When it strikes; `before` when absent. */
  readonly stage?: "before" | "after";
  /** How many milliseconds it waits at that moment; with `Infinity`, until the caller gives up. */
  readonly delay?: number;
  /** Whether the connection is then lost: `fetch` rejects with a `TypeError` like a runtime's. */
  readonly drop?: boolean;
  /** Whether the connection is refused: nothing is received or logged, and the `TypeError` says so. */
  readonly refuse?: boolean;
  /** Answers with this status instead. */
  readonly status?: number;
  /** All the headers of that answer: it has no content type unless you give one. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body of that answer; none when absent. */
  readonly body?: string;
  /** Makes the answer instead of `status`, `headers` and `body`, from the request and, if `after`, the server's answer. */
  readonly respond?: (request: Request, answer?: Response) => Response | Promise<Response>;
  /** Whether the presigned link of the request expires, before the file host looks at it, and for good. */
  readonly expire?: boolean;
}

/** The faults of an emulator. */
export interface Faults {
  /**
   * Adds a fault after the others. If several match a request, the first one strikes.
   *
   * @returns A function that removes the fault.
   * @throws {TypeError} If a member is unknown or wrong.
   */
  add(fault: Fault): () => void;
  /** Removes all faults. */
  clear(): void;
  /** How many times faults have yet to strike. */
  readonly pending: number;
}

/** The faults, with the way to take the one that strikes a request. */
export interface FaultQueue extends Faults {
  take(entry: LogEntry): Fault | undefined;
}

interface Waiting {
  readonly fault: Fault;
  skip: number;
  times: number;
}

const FILTERS = ["operation", "host", "method", "path", "credential"] as const;

/** The actions of a fault. It must have at least one. */
const ACTIONS = ["delay", "drop", "refuse", "status", "respond", "expire", ...BODY_FAULTS] as const;

const MEMBERS: readonly string[] = [...FILTERS, ...ACTIONS, "times", "skip", "stage", "headers", "body"];

/** The values of these filters: with another one a fault would never strike. */
const KNOWN = {
  operation: Object.keys(OPERATIONS),
  host: ["api", "auth0", "files"],
  credential: ["none", "basic", "bearer", "apikey", "other", "several"],
};

/** An empty queue of faults. */
export function createFaults(): FaultQueue {
  const queue: Waiting[] = [];

  return {
    add(fault) {
      checkFault(fault);
      const waiting = { fault: { ...fault }, skip: fault.skip ?? 0, times: fault.times ?? 1 };
      queue.push(waiting);
      return () => {
        const at = queue.indexOf(waiting);
        if (at >= 0) queue.splice(at, 1);
      };
    },
    clear() {
      queue.length = 0;
    },
    get pending() {
      return queue.reduce((sum, { times }) => sum + times, 0);
    },
    take(entry) {
      for (const waiting of queue) {
        const { operation, host, method, path, credential } = waiting.fault;
        if (!matches(entry, { operation, host, method, path, credential })) continue;
        if (waiting.skip > 0) {
          waiting.skip--;
          continue;
        }
        waiting.times--;
        if (waiting.times === 0) queue.splice(queue.indexOf(waiting), 1);
        return waiting.fault;
      }
    },
  };
}

/**
 * Checks a fault.
 *
 * @throws {TypeError} If a member is unknown or wrong.
 */
export function checkFault(fault: Fault): void {
  const unknown = Object.keys(fault).find((name) => !MEMBERS.includes(name));
  must(unknown === undefined, `${unknown} is not a member of a fault; the members are ${MEMBERS.join(", ")}`);
  for (const [name, values] of Object.entries(KNOWN)) {
    const value = fault[name as keyof typeof KNOWN];
    must(value === undefined || values.includes(value), `${name} must be one of ${values.join(", ")}`);
  }
  const { times = 1, skip = 0, stage = "before", delay = 0, status = 200, body, headers, respond } = fault;
  must(isCount(times) && times > 0, "times must be a whole number from 1, or Infinity");
  must(isCount(skip) && skip < Infinity, "skip must be a whole number from 0");
  must(stage === "before" || stage === "after", "stage must be before or after");
  must(ACTIONS.some((action) => fault[action] !== undefined), `it needs one of ${ACTIONS.join(", ")}`);
  must([true, false, undefined].includes(fault.drop), "drop must be true or false");
  must([true, false, undefined].includes(fault.refuse), "refuse must be true or false");
  must([true, false, undefined].includes(fault.expire), "expire must be true or false");
  must(!fault.expire || fault.operation === "fetchLink", "expire needs the operation fetchLink");
  must(delay >= 0, "delay must be milliseconds");
  const wrong = wrongBodyFault(fault);
  must(wrong === undefined, `${wrong}`);
  must(Number.isInteger(status) && status >= 200 && status < 600, "status must be from 200 to 599");
  must(fault.status !== undefined || (body === undefined && headers === undefined), "headers and body need a status");
  must(body === undefined || ![204, 205, 304].includes(status), "an answer with this status cannot have a body");
  must(
    respond === undefined || (typeof respond === "function" && fault.status === undefined),
    "respond must be a function, without status",
  );
}

/**
 * Lets a fault strike a request.
 *
 * @param handle Handles the request as without the fault.
 * @throws {TypeError} For a connection that is lost or refused.
 */
export async function strike(
  fault: Fault,
  request: Request,
  handle: () => Promise<Response>,
  sleep: (ms: number, signal: AbortSignal) => Promise<void>,
): Promise<Response> {
  const { delay, drop, refuse, stage = "before" } = fault;
  if (refuse) throw connectionRefused(request.url);
  const answer = stage === "after" ? await handle() : undefined;
  if (delay !== undefined) await sleep(delay, request.signal);
  if (drop) throw connectionLost(request.url);
  const response = await replacement(fault, request, answer) ?? answer ?? await handle();
  const breaksBody = BODY_FAULTS.some((name) => fault[name] !== undefined);
  return breaksBody ? breakBody(response, fault, request.signal, sleep) : response;
}

function replacement(fault: Fault, request: Request, answer?: Response): Response | Promise<Response> | undefined {
  const { status, headers, body, respond } = fault;
  if (respond) return respond(request, answer);
  if (status === undefined) return undefined;
  return new Response(body === undefined ? null : new TextEncoder().encode(body), { status, headers });
}

function isCount(value: number): boolean {
  return value === Infinity || (Number.isInteger(value) && value >= 0);
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new TypeError(`Cannot add the fault: ${what}`);
}
