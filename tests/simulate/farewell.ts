import { checkCall, startCall } from "./calls.ts";
import { logOut } from "./act.ts";
import type { RefreshFacts } from "./facts.ts";
import { isAlive } from "./refresh_probe.ts";
import { count } from "./tally.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** Logs every session out, and checks that each refuses every call then, and that nothing is left at the server. */
export async function farewell(world: World): Promise<void> {
  const { slots, stage, facts } = world;
  for (const process of slots) {
    if (!process.loggedOut) logOut(world, process);
    await stage.rest();
  }
  const sent = facts.exchanges.length;
  for (const process of slots) {
    const call = startCall(world, process, "get");
    await stage.rest();
    checkCall(call);
  }
  if (facts.exchanges.length > sent) {
    throw new Violation("after its logout a session refuses every call", "one was sent all the same");
  }
  await countOrphans(world);
}

/** Pairs that are good at the server and that no session knows of any more, each with what left it there. */
async function countOrphans(world: World): Promise<void> {
  for (const token of world.facts.refreshTokens) {
    if (token.spent || !await isAlive(world, token)) continue;
    const reason = reasonOfOrphan(world, token);
    if (reason === undefined) throw new Violation("no pair is left at the server", `${token.name} is`);
    count(world.tally, `left at the server: ${reason}`);
  }
}

/** What may leave a pair at the server; sessions that met none of it end every pair. */
function reasonOfOrphan({ processes, calls }: World, { from, ends, sends }: RefreshFacts): string | undefined {
  if (from && !from.received) return "the answer that brought it was lost";
  const end = ends.at(-1);
  if (end) {
    if (end.got === 401) return "its logout was refused, as the access token had expired";
    return Number(end.got) < 300 ? undefined : "its logout failed, which the caller was told";
  }
  if (sends.some(({ received }) => !received)) return "given up after a refresh that failed, for a new login";
  const sharing = processes.filter(({ store }) => !from || store === from.process.store);
  if (sharing.some(({ dead }) => dead)) return "a process ended";
  if (sharing.some(({ events }) => events.some(({ type }) => type === "store_failed"))) return "the store failed";
  if (calls.some(({ kind, process }) => kind === "change password" && sharing.includes(process))) {
    return "set aside when the password changed";
  }
  return undefined;
}
