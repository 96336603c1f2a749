/**
 * Everything in one run: the emulator and the token app on loopback, and sessions that use them over real HTTP.
 *
 * Prints one line a step, taken from what the servers received, and `demo: ok` at the end; a step that differs from what
 * was expected ends it with exit code 1.
 *
 * @module
 */
import { createSession, login } from "@xsignals/session";
import { createApp } from "@xsignals/token";
import { createNarrator, StepFailed } from "./narrator.ts";
import { story } from "./story.ts";
import { startUpstream } from "./upstream.ts";

const USER = { username: "analyst", password: "a password" };
const CLIENT = { clientId: "client", clientSecret: "client-secret" };
const APP_USER = { username: "shared-account", password: "another password" };
const APP_CLIENT = { clientId: "notebook", clientSecret: "notebookSecret0123456789abcdefgh" };

/** Runs the demo; resolves with its exit code. */
export async function demo(print: (line: string) => void): Promise<number> {
  await using upstream = await startUpstream({
    users: { [USER.username]: USER.password, [APP_USER.username]: APP_USER.password },
    clients: { [CLIENT.clientId]: CLIENT.clientSecret },
  });
  const account = createSession({ strategy: login(APP_USER), baseUrl: upstream.api });
  const { fetch } = createApp(account, APP_CLIENT.clientId, APP_CLIENT.clientSecret);
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => fetch(request));
  const tokenApp = `http://127.0.0.1:${server.addr.port}`;
  print(`API ${upstream.api}, Auth0 ${upstream.auth0}, token app ${tokenApp}`);
  const narrate = createNarrator(upstream.received, print);
  const cast = { upstream, tokenApp, user: USER, client: CLIENT, appClient: APP_CLIENT };
  try {
    for (const step of story(cast)) await narrate(step);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    print(error.message);
    return 1;
  }
  print("demo: ok");
  return 0;
}

if (import.meta.main) Deno.exitCode = await demo(console.log);
