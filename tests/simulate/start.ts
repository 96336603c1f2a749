import { auth0, type Credential, type InitialTokens, login, type StoreEngine, type Strategy } from "@xsignals/session";
import { sharedStore } from "@xsignals/session/shared";
import type { Facts } from "./facts.ts";
import type { Process, SharedStore } from "./process.ts";
import { CLIENT, USER } from "./server.ts";
import type { World } from "./world.ts";

export function startProcess(
  world: World,
  store: SharedStore,
  tokens: InitialTokens | undefined,
  { skew, background }: World["scenario"]["sessions"][number],
): Process {
  const { stage, processes, contexts } = world;
  const name = `s${processes.length}`;
  const clock = stage.clock;
  const whose = () => process;
  const process: Process = {
    ...{ name, store, skew, skews: new Set([skew]), dead: false, loggedOut: false, changing: false },
    budget: background ? 3_000 : 30_000,
    events: [],
    password: world.scenario.secrets === "text" ? world.vault.password : undefined,
    session: world.createSession({
      strategy: strategyOf(world, tokens, whose),
      store: contexts.watch(sharedStore(engineOf(world, store, whose)), clock.monotonic),
      fetch: world.wire.connect(whose),
      clock: { ...clock, now: () => clock.now() + whose().skew, sleep: (ms, signal) => clock.sleep(ms, signal, name) },
      random: world.random,
      ...(background ? { waitUntil: () => {} } : {}),
      onEvent(event) {
        process.events.push(event);
        const { call } = contexts.now() ?? {};
        if (call && event.type === "renewal_failed") call.isBusy = false; // it gave up, and perhaps has a token all the same
        stage.note(`${name} tells ${event.type}${"code" in event ? ` ${event.code}` : ""}`);
      },
    }),
  };
  processes.push(process);
  stage.note(`${name} starts over ${store.name}${skew ? `, its clock ${skew / 1000} s ahead` : ""}`);
  return process;
}

/** Kills it at once: what it sent is on its way, and nothing of it runs any more. */
export function kill({ stage, wire }: World, process: Process): void {
  process.dead = true;
  stage.clock.forget(process.name);
  wire.cut(process);
}

/** Waits for its turn; for ever in a process that was killed. */
async function turnOf(process: Process, { stage }: World, what: string): Promise<void> {
  await stage.turn(what);
  if (process.dead) await new Promise(() => {});
}

function strategyOf(world: World, tokens: InitialTokens | undefined, whose: () => Process): Strategy {
  const { scenario: { strategy, secrets }, vault } = world;
  const secret = (text: () => string): Credential =>
    secrets === "text" ? text() : () => turnOf(whose(), world, "the secret manager answers").then(text);
  const held = tokens ? { tokens } : {};
  const user = { username: USER, password: secret(() => vault.password) };
  const client = { clientId: CLIENT.id, clientSecret: secret(() => CLIENT.secret) };
  if (strategy === "tokens") return login({ tokens: tokens! });
  if (strategy.startsWith("login")) return login({ ...user, ...held });
  if (strategy === "auth0 tokens") return auth0({ ...client, ...held });
  return auth0({ ...user, ...client, ...(strategy === "auth0 offline" ? { scope: "offline_access" } : {}) });
}

/** A store as a process reaches it: every call waits for its turn, and some fail. */
function engineOf(world: World, store: SharedStore, whose: () => Process): StoreEngine {
  const { stage, facts } = world;
  const turn = (what: string) => turnOf(whose(), world, `${whose().name} ${what}`);
  const note = (what: string) => stage.note(`${whose().name} ${what}`);

  function fail(what: string): void {
    note(`${what} and fails`);
    throw Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
  }

  return {
    async read() {
      await turn("reads");
      if (store.failingReads-- > 0) fail("reads");
      const entry = await store.inner.read();
      note(`reads ${entry ? `${entry.version} ${describe(entry.data, facts)}` : "nothing"}`);
      return entry;
    },
    async write(data, ifVersion) {
      await turn("writes");
      const isFailing = store.failingWrites-- > 0;
      if (isFailing) facts.written(whose(), false);
      if (isFailing && !store.writesAnyway) fail("writes");
      const version = await store.inner.write(data, ifVersion);
      facts.written(whose(), version !== false);
      if (data && version !== false) {
        const record = JSON.parse(new TextDecoder().decode(data));
        if (store.hasToken && record.loggedOut) store.loggedOutAt = stage.clock.monotonic();
        store.hasToken = record.token !== undefined;
      }
      const what = data ? describe(data, facts) : "nothing";
      note(`writes over ${ifVersion} ${version === false ? "in vain" : `${version} ${what}`}`);
      await turn("has written");
      if (isFailing) fail("has written");
      return version;
    },
  };
}

/** A record, without secrets. */
function describe(data: Uint8Array, { nameOf }: Facts): string {
  const { token, refusals = [], v: _, identity: _identity, ...rest } = JSON.parse(new TextDecoder().decode(data));
  const tokens = [token?.value, token?.refresh].filter(Boolean).map(nameOf);
  const refused = refusals.map(({ code }: { code: string }) => code);
  return `(${[...tokens, ...refused, ...Object.keys(rest)].join(", ")})`;
}
