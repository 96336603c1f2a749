import { auth0, clientCredentials, createSession, login } from "@xsignals/session";
import { http, rawServer } from "../system/raw_server.ts";
import { tokenCalls } from "../system/token_calls.ts";
import { runCommand } from "./command.ts";

const PROGRAM = new URL("../system/programs/on_dead_connection.ts", import.meta.url).pathname;
const SESSION = new URL("../../packages/session/mod.ts", import.meta.url).pathname;
const PAIR = {
  token: "access",
  refreshToken: "next",
  access_token: "access",
  refresh_token: "next",
  token_type: "Bearer",
};

/**
 * Makes each call that has a credential in it while the connection in the platform's pool is dead, as after a long sleep.
 *
 * @param then How it is dead: nobody answers, or it is reset.
 * @returns For each call how many requests reached the server, and what the caller was told.
 */
export async function callOnDeadConnection(command: readonly string[], then: "stall" | "reset") {
  const outcomes: Record<string, [reached: number, told: string]> = {};
  for (const name of Object.keys(tokenCalls({ auth0, clientCredentials, createSession, login }))) {
    await using server = rawServer(({ path }) =>
      path === "/prime" ? { write: http(200, "primed"), then } : { write: http(200, JSON.stringify(PAIR)) }
    );
    const [told] = JSON.parse(await runCommand([...command, PROGRAM, SESSION, server.origin, name]));
    outcomes[name] = [server.requests.length - 1, told];
  }
  return outcomes;
}
