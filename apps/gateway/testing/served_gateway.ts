/**
 * The gateway and its upstream over real connections, on a clock that the test moves.
 *
 * @module
 */
import { createEmulator } from "@xsignals/emulator";
import { type FakeClock, fakeClock } from "@xsignals/session/testing";
import { serverHandler } from "../app.ts";
import { assemble, type Gateway } from "../assemble.ts";
import { readConfig } from "../config.ts";
import type { LogEntry } from "../log.ts";
import { CLIENT, clientLine } from "./test_app.ts";

/** A gateway that is served. */
export interface ServedGateway extends Gateway, AsyncDisposable {
  /** Where it listens. */
  readonly origin: string;
  /** Where the upstream listens. */
  readonly api: string;
  /** The time that it goes by. */
  readonly clock: FakeClock;
  /** What it wrote. */
  readonly log: LogEntry[];
  /** What the file of clients has; the test changes it. */
  clients: string;
  /** Asks for a token. */
  token(): Promise<string>;
  /** Calls with a token. */
  call(path: string, init?: RequestInit): Promise<Response>;
  /** Sends what a fetch does not send, and resolves with the whole answer. */
  raw(text: string): Promise<string>;
}

const START = Date.UTC(2030, 0, 1);

/** The file of clients with the one client. */
export const CLIENTS = JSON.stringify({
  clients: [{
    id: "client",
    hashes: [clientLine("client", "secret").split(":")[1]],
    scopes: ["files:read", "series:read"],
  }],
});

/** Serves a gateway over an upstream whose API is the handler. */
export async function serveGateway(
  handler: (request: Request) => Response | Promise<Response>,
  variables: Record<string, string> = {},
): Promise<ServedGateway> {
  const clock = fakeClock(START);
  const emulator = createEmulator({ users: { login: "password" }, now: clock.now });
  const local = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const upstream = Deno.serve(local, async (request) => {
    const { pathname } = new URL(request.url);
    const { method, headers } = request;
    if (!pathname.startsWith("/auth/")) return await handler(request);
    return await emulator.fetch(`https://api.xsignals.xpansiv.com${pathname}`, { method, headers });
  });
  const api = `http://127.0.0.1:${upstream.addr.port}`;
  const env = new Map(Object.entries({
    XSIGNALS_BASE_URL: api,
    XSIGNALS_USERNAME: "login",
    XSIGNALS_PASSWORD: "password",
    GATEWAY_CLIENTS_FILE: "clients.json",
    GATEWAY_RATE: "1000",
    ...variables,
  }));
  const log: LogEntry[] = [];
  const files = { clients: CLIENTS };
  const gateway = await assemble(readConfig(env), {
    env,
    clock,
    log: (entry) => log.push(entry),
    readFile: () => Promise.resolve(files.clients),
    socketAddress: () => "192.0.2.1",
  });
  const server = Deno.serve(local, serverHandler(gateway.app));
  const { port } = server.addr;
  const origin = `http://127.0.0.1:${port}`;
  let held: string | undefined;
  const token = async () => {
    const body = new URLSearchParams({ grant_type: "client_credentials" });
    const answer = await fetch(`${origin}/token`, { method: "POST", headers: { authorization: CLIENT }, body });
    return (await answer.json()).access_token;
  };
  return Object.assign(files, gateway, {
    origin,
    api,
    clock,
    log,
    token,
    async call(path: string, init: RequestInit = {}) {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${held ??= await token()}`);
      return await fetch(origin + path, { redirect: "manual", ...init, headers });
    },
    async raw(text: string) {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port });
      await connection.write(new TextEncoder().encode(text));
      return await new Response(connection.readable).text();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([server.shutdown(), upstream.shutdown()]);
    },
  });
}
