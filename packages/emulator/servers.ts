import { abortable } from "./abortable.ts";
import { announce } from "./announce.ts";
import { createAuth0 } from "./auth0_routes.ts";
import { credentialKind } from "./authorization.ts";
import type { FaultQueue } from "./faults.ts";
import { createFileHost } from "./files_routes.ts";
import type { Host } from "./host.ts";
import type { LogEntry, OpenEntry } from "./log.ts";
import { hostNotFound } from "./network_errors.ts";
import type { HostKind } from "./operations.ts";
import { sendFollowing } from "./redirects.ts";
import { Refusal } from "./refusal.ts";
import type { State } from "./state.ts";
import { strike } from "./strike.ts";
import { createXsignals } from "./xsignals_routes.ts";

/** The way to the servers: by address, or to a given one. */
export interface Servers {
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  handle(host: HostKind, request: Request, malformed?: Malformed): Promise<Response>;
}

/** Why a request can't be served. */
type Malformed = Pick<Refusal, "status" | "message">;

/** Puts the hosts behind one `fetch`; records every request, and lets faults strike. */
export function createServers(state: State, faults: FaultQueue, record: (entry: LogEntry) => void): Servers {
  const { origins, now, sleep, onAnswer } = state.settings;
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
        refusal: malformed && new Refusal(malformed.status, malformed.message),
        report(violation) {
          entry.violation = violation;
        },
        serve(operation, handle) {
          if (operation) entry.operation = operation;
          const fault = faults.take(entry);
          if (!fault?.refuse) record(entry);
          if (!fault) return answer();
          entry.fault = true;
          return strike(fault, { request, handle: answer, sleep });

          async function answer(): Promise<Response> {
            const response = await handle();
            announce({ host: kind, operation, response });
            return response;
          }
        },
      });
      entry.status = response.status;
      return dated(response, now());
    } finally {
      if (!request.bodyUsed) request.body?.cancel().catch(() => {});
      onAnswer(entry);
    }
  }

  function send(request: Request): Promise<Response> {
    const { origin } = new URL(request.url);
    const kind = (Object.keys(hosts) as HostKind[]).find((kind) => origins[kind].includes(origin));
    if (kind) return handle(kind, request);
    record({ ...newEntry("other", request), violation: "unknown_host" });
    return Promise.reject(hostNotFound(request.url));
  }

  return {
    handle,
    async fetch(input, init) {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      return await abortable(sendFollowing(request, send), request.signal);
    },
  };
}

/** Every answer shows the servers' clock, unless a fault gave it a date of its own. */
function dated(response: Response, now: number): Response {
  const headers = new Headers(response.headers);
  if (!headers.has("date")) headers.set("date", new Date(now).toUTCString());
  return new Response(response.body, { status: response.status, headers });
}
