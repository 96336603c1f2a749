import { auth0, type Credential, type InitialTokens, login, type Strategy } from "@xsignals/session";
import { sharedStore } from "@xsignals/session/shared";
import { flakyStore } from "./flaky_store.ts";
import type { Process, SharedStore } from "./process.ts";
import { CLIENT, USER } from "./server.ts";
import type { World } from "./world.ts";

/** Starts a process with a session in it. */
export function startProcess(
  world: World,
  store: SharedStore,
  tokens: InitialTokens | undefined,
  { skew, background }: World["scenario"]["sessions"][number],
): Process {
  const { stage, facts, processes, contexts } = world;
  const name = `s${processes.length}`;
  const whose = () => process;
  const fetch = world.wire.connect(whose);
  const about = {
    name,
    store,
    events: [],
    skew,
    skews: [skew],
    dead: false,
    loggedOut: false,
    password: world.vault.password,
    changing: false,
  };
  const process: Process = {
    ...about,
    session: world.createSession({
      strategy: strategyOf(world, tokens, whose),
      store: contexts.watch(sharedStore(flakyStore(stage, facts, store, whose))),
      fetch,
      clock: stage.clock.skewed(() => process.skew, name),
      random: world.random,
      ...(background ? { waitUntil: () => {} } : {}),
      onEvent(event) {
        process.events.push(event);
        stage.note(`${name} tells ${event.type}${"code" in event ? ` ${event.code}` : ""}`);
      },
    }),
  };
  processes.push(process);
  stage.note(`${name} starts over ${store.name}${skew ? `, its clock ${skew / 1000} s ahead` : ""}`);
  return process;
}

/** Kills it at once: what it sent is on its way, and nothing of it runs any more. */
export function kill(world: World, process: Process): void {
  process.dead = true;
  world.stage.clock.forget(process.name);
  world.wire.cut(process);
}

function strategyOf(
  { scenario, vault, stage }: World,
  tokens: InitialTokens | undefined,
  whose: () => Process,
): Strategy {
  const { strategy, secrets } = scenario;
  const ask = async (text: () => string) => {
    await stage.turn("the secret manager answers");
    if (whose().dead) await new Promise(() => {});
    return text();
  };
  const secret = (text: () => string): Credential => secrets === "text" ? text() : () => ask(text);
  const held = tokens ? { tokens } : {};
  const password = secret(() => vault.password);
  const client = { clientId: CLIENT.id, clientSecret: secret(() => CLIENT.secret) };
  switch (strategy) {
    case "login":
    case "login and tokens":
      return login({ username: USER, password, ...held });
    case "tokens":
      return login({ tokens: tokens! });
    case "auth0":
      return auth0({ username: USER, password, ...client, ...held });
    case "auth0 offline":
      return auth0({ username: USER, password, ...client, scope: "offline_access", ...held });
    case "auth0 tokens":
      return auth0({ ...client, ...held });
  }
}
