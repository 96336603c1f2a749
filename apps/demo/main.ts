/**
 * The project in one run, over real HTTP on this machine: a login, files, prices and a renewal, against the emulator.
 *
 * Prints one line a step, with what the program got and what the servers received. A step that differs from what was
 * expected ends it with exit code 1. With `--all` it goes on with every way to authenticate, and with the token app.
 *
 * @module
 */
import { createSession, login } from "@xsignals/session";
import { createApp } from "@xsignals/token";
import { authStory } from "./auth_story.ts";
import { dataStory } from "./data_story.ts";
import { createNarrator, StepFailed } from "./narrator.ts";
import { startUpstream } from "./upstream.ts";

const USER = { username: "analyst", password: "a password" };
const CLIENT = { clientId: "client", clientSecret: "client-secret" };
const APP_USER = { username: "shared-account", password: "another password" };
const APP_CLIENT = { clientId: "notebook", clientSecret: "notebookSecret0123456789abcdefgh" };

const NEXT = [
  "deno task demo --all         every way to authenticate, and the token app",
  "deno task xsignals --help    the command that gets your data",
  "deno task emulator --help    the same servers, for programs of your own",
];

/** Where the demo speaks to its user. */
export interface Screen {
  /** Prints a line. */
  print(line: string): void;
  /** Shows how far something is, in place of what it showed before. */
  show(progress: string): void;
}

/** Runs the demo, or all of it; resolves with its exit code. */
export async function demo({ print, show }: Screen, all = false): Promise<number> {
  await using upstream = await startUpstream({
    users: { [USER.username]: USER.password, [APP_USER.username]: APP_USER.password },
    clients: { [CLIENT.clientId]: CLIENT.clientSecret },
  });
  const folder = await Deno.makeTempDir().catch(() => undefined);
  if (folder === undefined) {
    print("Cannot run the demo: it can make no folder for its files; set TMPDIR to a folder that it may write to");
    return 1;
  }
  print(`The emulator plays XSignals here: API ${upstream.api}, files ${upstream.files}, Auth0 ${upstream.auth0}`);
  const narrate = createNarrator(upstream.received, print);
  try {
    for (const step of dataStory({ upstream, user: USER, folder, onProgress: show })) await narrate(step);
    if (all) {
      await using tokenApp = serveTokenApp(upstream.api);
      const cast = { upstream, tokenApp: tokenApp.origin, user: USER, client: CLIENT, appClient: APP_CLIENT };
      for (const step of authStory(cast)) await narrate(step);
    }
    const wrong = upstream.log.flatMap(({ violation }) => violation ?? []);
    // A step of `--all` sends a used refresh token on purpose.
    if (wrong.join() !== (all ? "spent_refresh_token" : "")) throw new StepFailed(`    clients did wrong: ${wrong}`);
    print(`The servers received ${upstream.log.length} requests, and each credential went only where it belongs.`);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    print(error.message);
    return 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  print("demo: ok");
  for (const [at, next] of NEXT.slice(all ? 1 : 0).entries()) print(`${at === 0 ? "next:" : "     "} ${next}`);
  return 0;
}

function serveTokenApp(baseUrl: string) {
  const account = createSession({ strategy: login(APP_USER), baseUrl });
  const { fetch } = createApp(account, APP_CLIENT.clientId, APP_CLIENT.clientSecret);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => fetch(request));
  const stop = () => server.shutdown();
  return { origin: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: stop };
}

if (import.meta.main) {
  const [option, ...more] = Deno.args;
  if (option === "--help") {
    console.log("deno task demo: a login, files, prices and a renewal; --all: every way to authenticate, too");
    Deno.exit(0);
  }
  if (more.length > 0 || (option !== undefined && option !== "--all")) {
    console.error("Cannot run the demo: --all is its only option");
    Deno.exit(2);
  }
  const toTerminal = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`\r\x1b[K${text}`));
  const show = Deno.stdout.isTerminal() ? toTerminal : () => {};
  Deno.exitCode = await demo({ print: console.log, show }, option === "--all");
}
