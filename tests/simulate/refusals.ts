import type { Exchange, Facts } from "./facts.ts";
import type { Process } from "./process.ts";
import { Violation } from "./stage.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long rejected credentials are not sent again, in ms, each time longer; after the last time never. */
const REJECTED = [MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, DAY, DAY];

/** How long a server that answers so may ask to be left alone, in ms: one that is down may be back sooner. */
export function longestPark(status: unknown): number {
  return status === 503 ? 15 * MINUTE : DAY;
}

/** How far apart the clocks of two processes are, or were, in ms. */
export function clocksApart(one: Process, other: Process): number {
  const skews = [...one.skews, ...other.skews];
  return Math.max(...skews) - Math.min(...skews);
}

export function isToken({ received, issued }: Exchange): boolean {
  return received && issued !== undefined;
}

/** The logins with this credential that were answered without a token, one after another, in the store's sessions. */
export function refusedLogins({ exchanges }: Facts, { store }: Process, credential: string | undefined): Exchange[] {
  const logins = exchanges.filter((one) => one.process.store === store && one.credential === credential);
  const inARow = logins.slice(logins.findLastIndex(isToken) + 1);
  return inARow.filter(({ got, settles }) => typeof got === "number" && !settles);
}

/**
 * Checks that nobody who shares the store sends again what the server refused, before its time. Excused are an answer that the
 * store did not take, clocks that differ, a logout since then, and what finds out which password is in force.
 */
export function checkRefused(facts: Facts, exchange: Exchange): void {
  const { id, operation, process, credential, refresh, sentAt } = exchange;
  const { store } = process;
  const lastToken = facts.exchanges.findLast((one) => isToken(one) && one.process.store === store)?.id ?? -1;

  /** `own`: how long to wait at least, in ms, after so many in a row. */
  function check(refused: Exchange[], own: (times: number, wish: number) => number): void {
    const remembered = refused.filter((one) => one.remembered && one !== exchange);
    const last = remembered.at(-1);
    if (!last || store.logouts.some((at) => at >= last.endedAt!)) return;
    const how = `#${id} after ${remembered.map(({ id }) => `#${id}`)}`;
    const pause = own(remembered.length, Math.min(last.wish ?? 0, longestPark(last.got)));
    if (pause === Infinity) throw new Violation("rejected credentials are sent eight times at most", how);
    if (sentAt < last.endedAt! + pause - clocksApart(last.process, process)) {
      throw new Violation("what was refused is not sent again before its time", `${how}, ${pause / 1000} s`);
    }
  }

  if (operation === "login" && !exchange.settles) {
    const refused = refusedLogins(facts, process, credential);
    check(
      refused.filter(({ rejected }) => rejected),
      (times, wish) => Math.max(REJECTED[times - 1] ?? Infinity, wish || 0),
    );
    const others = refused.filter((one) => !one.rejected && one.id > lastToken);
    check(others, (times, wish) => wish > 0 ? wish : wish <= 0 ? Math.min(1000 * 2 ** (times - 1), MINUTE) : 0);
  } else if (operation === "refresh") {
    const before = facts.exchanges.filter((one) => one.refresh === refresh && one.process.store === store);
    const busy = before.filter(({ id, got }) => id > lastToken && (got === 429 || got === 503));
    check(busy, (_times, wish) => wish || 0);
  }
}
