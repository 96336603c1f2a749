/**
 * The emulator on loopback, with what moves its clock and tells what it received.
 *
 * @module
 */
import { serveEmulator } from "@xsignals/emulator/serve";
import { CLIENT, USER } from "./program/account.ts";
import type { Upstream } from "./program/task.ts";

/** Servers of one's own. */
export interface Servers extends AsyncDisposable {
  readonly upstream: Upstream;
}

const HOUR = 3_600_000;

/** Starts them. A refresh token that is sent again ends its session. */
export async function openServers(): Promise<Servers> {
  let ahead = 0;
  let told = 0;
  const { emulator, api, auth0, stop } = await serveEmulator({
    users: { [USER.username]: USER.password },
    clients: { [CLIENT.clientId]: CLIENT.clientSecret },
    now: () => Date.now() + ahead,
    auth0AccessTokenLifetime: HOUR,
    assumptions: { rotation: "family" },
  });

  async function steer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    switch (pathname) {
      case "/advance":
        ahead += Number(searchParams.get("ms"));
        return new Response();
      case "/revoke":
        emulator.revokeAccessTokens();
        return new Response();
      case "/received": {
        const entries = emulator.log.slice(told);
        told = emulator.log.length;
        return Response.json(
          entries.map(({ operation, path, status, violation }) =>
            [operation ?? path, status, violation].filter(Boolean).join(" ")
          ),
        );
      }
      case "/echo": {
        const body = String.fromCharCode(...await request.bytes());
        return new Response(`${request.headers.get("content-type")}\n${body}`);
      }
      default:
        return new Response(null, { status: 404 });
    }
  }

  const control = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, steer);
  return {
    upstream: { api, auth0, control: `http://127.0.0.1:${control.addr.port}` },
    async [Symbol.asyncDispose]() {
      await Promise.all([control.shutdown(), stop()]);
    },
  };
}

/** An origin where nobody listens. */
export async function nowhere(): Promise<string> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response());
  await server.shutdown();
  return `http://127.0.0.1:${server.addr.port}`;
}
