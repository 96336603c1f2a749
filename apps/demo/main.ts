/**
 * Everything in one run: the emulator and the token app on loopback, and sessions that use them over real HTTP.
 *
 * Prints one line a step, taken from what the servers received, and `demo: ok` at the end; a step that differs from what
 * was expected ends it with exit code 1.
 *
 * @module
 */
import { formatHash, hashSecret } from "@xsignals/gateway";
import { createNarrator, StepFailed } from "./narrator.ts";
import { story } from "./story.ts";
import { startTokenApp } from "./token_app.ts";
import { startUpstream } from "./upstream.ts";

const USER = { username: "analyst", password: "a password" };
const CLIENT = { clientId: "client", clientSecret: "client-secret" };
const APP_USER = { username: "shared-account", password: "another password" };
const APP_CLIENT = { clientId: "notebook", clientSecret: "notebook-secret" };

/** Runs the demo; resolves with its exit code. */
export async function demo(print: (line: string) => void): Promise<number> {
  await using upstream = await startUpstream({
    users: { [USER.username]: USER.password, [APP_USER.username]: APP_USER.password },
    clients: { [CLIENT.clientId]: CLIENT.clientSecret },
  });
  await using tokenApp = await startTokenApp({
    XSIGNALS_AUTH: "login",
    XSIGNALS_BASE_URL: upstream.api,
    XSIGNALS_USERNAME: APP_USER.username,
    XSIGNALS_PASSWORD: APP_USER.password,
    GATEWAY_MODE: "passthrough",
    GATEWAY_CLIENTS: `${APP_CLIENT.clientId}:${formatHash(hashSecret(APP_CLIENT.clientSecret))}`,
  });
  print(`API ${upstream.api}, Auth0 ${upstream.auth0}, token app ${tokenApp.origin}`);
  const narrate = createNarrator(upstream.received, print);
  const cast = { upstream, tokenApp: tokenApp.origin, user: USER, client: CLIENT, appClient: APP_CLIENT };
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
