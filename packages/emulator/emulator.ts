import { credentialKind } from "./authorization.ts";
import type { Exchange, Host } from "./host.ts";
import type { LogEntry, OpenEntry } from "./log.ts";
import type { HostKind } from "./operations.ts";
import { type EmulatorOptions, readOptions } from "./options.ts";
import { createState } from "./state.ts";
import { createXsignals } from "./xsignals_routes.ts";

/** Both upstream servers of an XSignals client, in memory. */
export interface Emulator {
  /** Answers as the server that the address names would; the shape of `fetch`. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** What was received, oldest first. */
  readonly log: readonly LogEntry[];
}

/** Makes an emulator. */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const settings = readOptions(options);
  const state = createState(settings);
  const log: OpenEntry[] = [];
  const hosts: Partial<Record<HostKind, Host>> = { api: createXsignals(state) };

  async function handle(kind: HostKind, request: Request): Promise<Response> {
    const { method, url } = request;
    const { pathname: path } = new URL(url);
    const entry: OpenEntry = { time: settings.now(), host: kind, method, path, credential: credentialKind(request) };
    log.push(entry);
    const exchange: Exchange = {
      entry,
      serve(operation, handle) {
        if (operation) entry.operation = operation;
        return handle();
      },
    };
    const response = await hosts[kind]!(request, exchange);
    entry.status = response.status;
    const headers = new Headers(response.headers);
    headers.set("date", new Date(settings.now()).toUTCString());
    return new Response(response.body, { status: response.status, headers });
  }

  return {
    log,
    fetch(input, init) {
      const request = new Request(input, init);
      const { origin } = new URL(request.url);
      return settings.origins.api.includes(origin) ? handle("api", request) : Promise.reject(new TypeError("Cannot reach the host: the emulator has none of that name"));
    },
  };
}
