import { type EntryFilter, type LogEntry, matches } from "./log.ts";

/**
 * What goes wrong with the requests that it matches; with no member of {@link EntryFilter}, with any.
 *
 * `stage` says when: `before` (the default) the server handled the request, so that nothing changed, or `after` it did,
 * so that a session was begun or a token spent, and only the answer is different or lost.
 */
export interface Fault extends Omit<EntryFilter, "status" | "violation"> {
  /** How many matching requests it strikes; 1 when absent, `Infinity` for all. */
  readonly times?: number;
  /** How many matching requests it lets pass first; 0 when absent. */
  readonly skip?: number;
  /** When it strikes; `before` when absent. */
  readonly stage?: "before" | "after";
  /** Waits so many milliseconds at that moment; `Infinity` until the caller gives up. */
  readonly delay?: number;
  /** Whether the connection is lost then: `fetch` rejects with a `TypeError` as a runtime's does. */
  readonly drop?: boolean;
  /** Whether the connection is refused: nothing is received, nor logged, and the `TypeError` says that it is that. */
  readonly refuse?: boolean;
  /** Answers with this status instead. */
  readonly status?: number;
  /** The headers of that answer, all of them: there is no content type unless it is given. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body of that answer; none when absent. */
  readonly body?: string;
  /** Makes the answer instead of `status`, `headers` and `body`; gets the request, and the answer when `after` there was one. */
  readonly respond?: (request: Request, answer?: Response) => Response | Promise<Response>;
  /** Waits so many milliseconds between the headers of the answer and its body; `Infinity`, the body never comes. */
  readonly bodyDelay?: number;
}

/** The faults of an emulator. */
export interface Faults {
  /**
   * Adds a fault, after those that are there; of several that match a request the first one strikes. Returns a function
   * that takes it away.
   *
   * @throws {TypeError} When it has an unknown or a wrong member.
   */
  add(fault: Fault): () => void;
  /** Takes all faults away. */
  clear(): void;
  /** How many faults are still to strike. */
  readonly pending: number;
}

/** The faults, and the way to take the one that strikes a request. */
export interface FaultQueue extends Faults {
  take(entry: LogEntry): Fault | undefined;
}

interface Waiting {
  readonly fault: Fault;
  skip: number;
  times: number;
}

const MATCHING = ["operation", "host", "method", "path", "credential"];
const MEMBERS = [
  "times",
  "skip",
  "stage",
  "delay",
  "drop",
  "refuse",
  "status",
  "headers",
  "body",
  "respond",
  "bodyDelay",
];

/** An empty queue of faults. */
export function createFaults(): FaultQueue {
  const queue: Waiting[] = [];

  return {
    add(fault) {
      check(fault);
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
        if (!matches(entry, matching(waiting.fault))) continue;
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

function matching({ operation, host, method, path, credential }: Fault): EntryFilter {
  return { operation, host, method, path, credential };
}

function check(fault: Fault): void {
  for (const name of Object.keys(fault)) {
    must([...MATCHING, ...MEMBERS].includes(name), `there is no ${name}`);
  }
  const { times = 1, skip = 0, stage = "before", delay = 0, bodyDelay = 0, status = 200, body, headers, respond } =
    fault;
  must(isCount(times) && times > 0, "times must be a whole number from 1, or Infinity");
  must(isCount(skip) && skip < Infinity, "skip must be a whole number from 0");
  must(stage === "before" || stage === "after", "stage must be before or after");
  must(ACTIONS.some((action) => fault[action] !== undefined), `it needs one of ${ACTIONS.join(", ")}`);
  must([true, false, undefined].includes(fault.drop), "drop must be true or false");
  must([true, false, undefined].includes(fault.refuse), "refuse must be true or false");
  must(delay >= 0 && bodyDelay >= 0, "delay and bodyDelay must be milliseconds");
  must(Number.isInteger(status) && status >= 200 && status < 600, "status must be from 200 to 599");
  must(fault.status !== undefined || (body === undefined && headers === undefined), "headers and body need a status");
  must(body === undefined || ![204, 205, 304].includes(status), "this status has no body");
  must(
    respond === undefined || (typeof respond === "function" && fault.status === undefined),
    "respond excludes status",
  );
}

/** What a fault does; one of them it must do. */
const ACTIONS = ["delay", "drop", "refuse", "status", "respond", "bodyDelay"] as const;

function isCount(value: number): boolean {
  return value === Infinity || (Number.isInteger(value) && value >= 0);
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new TypeError(`Cannot add the fault: ${what}`);
}
