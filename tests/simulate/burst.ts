import { startCall } from "./calls.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** So many callers of each session come at once. */
const CALLERS = 4;

/** A refresh, and a login where that is refused: all that it may cost while nothing is lost, however many callers there are. */
const MOST_RENEWALS = 2;

/** Lets the API refuse every access token while many call at once, and checks that it costs one renewal, and no storm. */
export async function burst(world: World): Promise<void> {
  const { stage, facts, server, slots } = world;
  stage.note("the server takes back all access tokens");
  server.emulator.revokeAccessTokens();
  const living = slots.filter(({ loggedOut }) => !loggedOut);
  for (const store of new Set(living.map((process) => process.store))) {
    const before = facts.exchanges.length;
    const sharing = living.filter((process) => process.store === store);
    for (const process of sharing) {
      for (let caller = 0; caller < CALLERS; caller++) startCall(world, process, "get");
    }
    await stage.rest();
    const sent = facts.exchanges.slice(before);
    const renewals = sent.filter(({ operation }) => operation === "login" || operation === "refresh").length;
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
