import { logOut, repairStores } from "./act.ts";
import { callAlone, checkCall, startCall } from "./calls.ts";
import type { RefreshFacts } from "./facts.ts";
import { isRenewal } from "./rules.ts";
import { Violation } from "./stage.ts";
import { checkHiccup, judge } from "./verdict.ts";
import { count, type World } from "./world.ts";

/** So long the faults are over before every session must work again, in ms: longer than anything is remembered. */
const RECOVERY = 16 * 60_000;

/** So long a session takes at most that had no more than one hiccup in a row, in ms. */
const HICCUP = 2 * 60_000;

const CALLERS = 4;

/** A refresh, and a login where that is refused: all that a burst may cost while nothing is lost. */
const MOST_RENEWALS = 2;

/** Lets nothing go wrong any more, and checks what is left. */
export async function endWell(world: World): Promise<void> {
  const { stage, slots, server, calls } = world;
  stage.note("from now on all is well");
  server.heal();
  repairStores(world);
  await stage.rest();
  // One session at a time: where an account has one session at the server, they end each other's.
  for (const process of slots) await callAlone(world, process);
  await stage.pause(HICCUP);
  for (const process of slots) await checkHiccup(world, process, await callAlone(world, process));
  await stage.pause(RECOVERY - HICCUP);
  for (const process of slots) await judge(world, process, await callAlone(world, process));
  await burst(world);
  await farewell(world);
  for (const token of world.facts.refreshTokens.values()) await checkOrphan(world, token);
  for (const call of calls) if (!call.process.dead) checkCall(call);
  checkLeaks(world);
}

/** Lets the API refuse every access token while many call at once, and checks that it costs one renewal, and no storm. */
async function burst(world: World): Promise<void> {
  const { stage, facts, server, slots } = world;
  stage.note("the server takes back all access tokens");
  server.emulator.revokeAccessTokens();
  const living = slots.filter(({ loggedOut }) => !loggedOut);
  for (const sharing of Map.groupBy(living, ({ store }) => store).values()) {
    const before = facts.exchanges.length;
    for (const process of sharing) {
      for (let caller = 0; caller < CALLERS; caller++) startCall(world, process, "get");
    }
    await stage.rest();
    const sent = facts.exchanges.slice(before);
    const renewals = sent.filter(isRenewal).length;
    const calls = sent.filter(({ operation }) => operation === "api").length;
    const callers = sharing.length * CALLERS;
    // Sessions that share a store share a renewal, unless their clocks disagree on whether what it brings has expired, or
    // one holds another password.
    const most = MOST_RENEWALS * new Set(sharing.map(({ skew, password }) => `${skew} ${password}`)).size;
    // A session may find another one's token in the record before it hears that this one was taken back, too.
    const sends = sharing.length > 1 ? 3 : 2;
    if (renewals > most || calls > sends * callers) {
      const cost = `${renewals} renewals and ${calls} calls`;
      throw new Violation("requests are bounded", `${callers} callers at once cost ${cost}`);
    }
  }
}

/** Logs every session out, and checks that each refuses every call then. */
async function farewell(world: World): Promise<void> {
  const { slots, stage, facts } = world;
  for (const process of slots) {
    if (!process.loggedOut) logOut(world, process);
    await stage.rest();
  }
  const sent = facts.exchanges.length;
  for (const process of slots) checkCall(await callAlone(world, process));
  if (facts.exchanges.length > sent) {
    throw new Violation("after its logout a session refuses every call", "one was sent all the same");
  }
}

/** Checks that a pair is not good at the server while no session knows of it any more, or counts what left it there. */
async function checkOrphan({ server, processes, calls, tally }: World, token: RefreshFacts): Promise<void> {
  if (token.spent || !await server.isAlive(token)) return;
  const { from, ends, sends } = token;
  const sharing = processes.filter(({ store }) => !from || store === from.process.store);
  const end = ends.at(-1);

  /** What may leave a pair at the server; sessions that met none of it end every pair. */
  function reason(): string | undefined {
    if (from && !from.received) return "the answer that brought it was lost";
    if (end?.got === 401) return "its logout was refused, as the access token had expired";
    if (end) return Number(end.got) < 300 ? undefined : "its logout failed, which the caller was told";
    if (sends.some(({ received }) => !received)) return "given up after a refresh that failed, for a new login";
    if (sharing.some(({ dead }) => dead)) return "a process ended";
    if (sharing.some(({ events }) => events.some(({ type }) => type === "store_failed"))) return "the store failed";
    if (calls.some(({ kind, process }) => kind === "change password" && sharing.includes(process))) {
      return "set aside when the password changed";
    }
    return undefined;
  }

  const why = reason();
  if (why === undefined) throw new Violation("no pair is left at the server", `${token.name} is`);
  count(tally, `left at the server: ${why}`);
}

function checkLeaks({ calls, processes, server, stage, wire, facts }: World): void {
  const [body] = wire.unread();
  const open = facts.exchanges.find((one) => one.open && !one.process.dead);
  const left = stage.clock.sleeping() > 0
    ? `${stage.clock.sleeping()} timers`
    : body
    ? `the body of the answer to #${body.id} (${body.operation})`
    : open && `#${open.id} is under way`;
  if (left) throw new Violation("nothing is left behind", left);
  const errors = [...new Set(calls.flatMap(({ ended }) => ended?.error ?? []))];
  const outputs = {
    "an error": errors.map(everything).join("\n"),
    "an error's JSON": JSON.stringify(errors),
    "a session": processes.map(({ session }) => `${everything(session)} ${JSON.stringify(session.status())}`).join(),
    "an event": JSON.stringify(processes.map(({ events }) => events)),
    "the emulator's log": JSON.stringify(server.emulator.log),
    "the trace": stage.trace.join("\n"),
  };
  for (const [secret, name] of facts.secrets) {
    const what = Object.entries(outputs).find(([, text]) => text.includes(secret))?.[0];
    if (what) throw new Violation("no output shows a secret", `${what}: ${name}`);
  }
}

function everything(value: unknown): string {
  const stack = value instanceof Error ? value.stack : "";
  return `${Deno.inspect(value, { depth: 20, showHidden: true, getters: true, strAbbreviateSize: Infinity })} ${stack}`;
}
