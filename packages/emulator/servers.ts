import { createAuth0 } from "./auth0_routes.ts";
import { credentialKind } from "./credentials.ts";
import { ErrorAnswer } from "./error_answer.ts";
import { strike } from "./faults.ts";
import { createFileHost, expireLink } from "./file_host.ts";
import type { Host } from "./host.ts";
import type { LogEntry, OpenEntry } from "./log.ts";
import { abortable, decoded, followRedirects, hostNotFound, untilAborted } from "./network.ts";
import type { HostKind } from "./operations.ts";
import type { State } from "./state.ts";
import { createXsignals } from "./xsignals_routes.ts";

/** The way to the servers: by address, or to a given one. */
export interface Servers {
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  handle(host: HostKind, request: Request, malformed?: Malformed): Promise<Response>;
}

/** Why a request could not be read. */
type Malformed = Pick<ErrorAnswer, "status" | "message">;

/** Puts the servers behind one `fetch`, which logs every request and lets faults strike. */
export function createServers(state: State): Servers {
  const { log, faults, settings: { origins, now, sleep, onAnswer, onResponse } } = state;
  const hosts: Readonly<Record<HostKind, Host>> = {
    api: createXsignals(state),
    auth0: createAuth0(state),
    files: createFileHost(state),
  };

  function newEntry(host: LogEntry["host"], request: Request): OpenEntry {
    const { pathname: path } = new URL(request.url);
    const credential = credentialKind(request);
    const violation = credential === "several" ? "several_credentials" : undefined;
    return { time: now(), host, method: request.method, path, credential, ...(violation ? { violation } : {}) };
  }

  async function handle(kind: HostKind, request: Request, malformed?: Malformed): Promise<Response> {
    const entry = newEntry(kind, request);
    try {
      const response = await hosts[kind](request, {
        entry,
        error: malformed && new ErrorAnswer(malformed.status, malformed.message),
        report(violation) {
          entry.violation = violation;
        },
        serve(operation, handle) {
          if (operation) entry.operation = operation;
          const fault = faults.take(entry);
          if (!fault?.refuse) log.push(entry);
          if (!fault) return answer();
          entry.fault = true;
          if (fault.expire) expireLink(state, request);
          return strike(fault, request, answer, sleep);

          async function answer(): Promise<Response> {
            const response = await handle();
            onResponse(response, entry);
            return response;
          }
        },
      });
      entry.status = response.status;
      return dated(response, now());
    } finally {
      // Not awaited: the body may be one half of a clone, whose cancellation waits for the other half.
      if (request.body && !request.body.locked) request.body.cancel().catch(() => {});
      onAnswer(entry);
    }
  }

  function send(request: Request): Promise<Response> {
    const { origin } = new URL(request.url);
    const kind = (Object.keys(hosts) as HostKind[]).find((kind) => origins[kind].includes(origin));
    if (kind) return handle(kind, request);
    log.push({ ...newEntry("other", request), violation: "unknown_host" });
    return Promise.reject(hostNotFound(request.url));
  }

  return {
    handle,
    async fetch(input, init) {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      const response = decoded(await untilAborted(followRedirects(request, send), request.signal), request);
      return abortable(response, request.signal);
    },
  };
}

/** The answer with the servers' clock as its `Date`, unless a fault gave it one. */
function dated(response: Response, now: number): Response {
  const headers = new Headers(response.headers);
  if (!headers.has("date")) headers.set("date", new Date(now).toUTCString());
  return new Response(response.body, { status: response.status, headers });
}
