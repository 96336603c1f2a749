import { serveEmulator } from "@xsignals/emulator/serve";
import { CLIENT, USER } from "./program/account.ts";
import type { Upstream } from "./program/control.ts";

const HOUR = 3_600_000;
const LOOPBACK = { hostname: "127.0.0.1", port: 0, onListen() {} };

/** Serves the emulator, and what moves its clock and tells what it received. A refresh token sent twice ends its session. */
export async function openServers(): Promise<AsyncDisposable & { readonly upstream: Upstream }> {
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
    if (pathname === "/echo") {
      const body = String.fromCharCode(...await request.bytes());
      return new Response(`${request.headers.get("content-type")}\n${body}`);
    }
    if (pathname === "/received") {
      const entries = emulator.log.slice(told);
      told = emulator.log.length;
      return Response.json(
        entries.map(({ operation, path, status, violation }) =>
          [operation ?? path, status, violation].filter(Boolean).join(" ")
        ),
      );
    }
    if (pathname === "/advance") ahead += Number(searchParams.get("ms"));
    else if (pathname === "/revoke") emulator.revokeAccessTokens();
    else return new Response(null, { status: 404 });
    return new Response();
  }

  const control = Deno.serve(LOOPBACK, steer);
  return {
    upstream: { api, auth0, control: `http://127.0.0.1:${control.addr.port}` },
    async [Symbol.asyncDispose]() {
      await Promise.all([control.shutdown(), stop()]);
    },
  };
}

/** An origin where nobody listens. */
export async function nowhere(): Promise<string> {
  const server = Deno.serve(LOOPBACK, () => new Response());
  await server.shutdown();
  return `http://127.0.0.1:${server.addr.port}`;
}
