import type { Exchange, Facts } from "./facts.ts";
import type { Process } from "./process.ts";
import { Violation } from "./stage.ts";

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

/** How long rejected credentials are not sent again, in ms, each time longer; after the last time never. */
const REJECTED = [MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, DAY, DAY];

/** How long a server that answers so may ask to be left alone, in ms. */
export const longestPark = (status: unknown) => status === 503 ? 15 * MINUTE : DAY;

export const isToken = ({ received, issued }: Exchange) => received && issued !== undefined;

/** What the store's sessions sent with this credential, and got an answer to, since it brought a token. */
export function refusedCalls({ exchanges }: Facts, { store }: Process, credential: string | undefined): Exchange[] {
  const same = exchanges.filter((one) => one.credential === credential && one.process.store === store);
  return same.slice(same.findLastIndex(isToken) + 1).filter(({ got, settles }) => typeof got === "number" && !settles);
}

/**
 * Checks that nobody who shares the store sends again what the server refused, before its time. Excused are an answer that the
 * store did not take, clocks that differ, a logout since then, and what finds out which password is in force.
 */
export function checkRefused(facts: Facts, { id, operation, process, credential, sentAt, settles }: Exchange): void {
  if (credential === undefined || settles) return;
  // A password that it set itself, or found in force after a change that failed, is tried once whatever became of it before:
  // a renewal that was under way may have sent it already.
  const own = facts.exchanges.filter((one) => one.process === process && one.credential === credential && one.id < id);
  const last = own.at(-1);
  if (last?.settles ? isToken(last) : own.length < 2 && credential === process.changedTo) return;
  const { store } = process;
  const lastToken = facts.exchanges.findLast((one) => isToken(one) && one.process.store === store)?.id ?? -1;
  const refused = refusedCalls(facts, process, credential).filter(({ remembered }) => remembered);

  /** `own`: how long to wait at least, in ms, after so many in a row. */
  function check(alike: Exchange[], own: (times: number, wish: number) => number): void {
    const last = alike.at(-1);
    if (!last || store.loggedOutAt >= last.endedAt!) return;
    const pause = own(alike.length, Math.min(last.wish ?? 0, longestPark(last.got)));
    const how = `#${id} after ${alike.map(({ id }) => `#${id}`)}, ${pause / 1000} s`;
    if (pause === Infinity) throw new Violation("rejected credentials are sent eight times at most", how);
    // An answer to a session whose clock differs, for whom the pause was over, stands in the place of the last one.
    const since = refused.filter(({ id }) => id >= last.id).map((one) => one.process);
    const skews = [process, ...since].flatMap(({ skews }) => [...skews]);
    // Times in ms have fractions.
    if (sentAt + 1 < last.endedAt! + pause - Math.max(...skews) + Math.min(...skews)) {
      throw new Violation("what was refused is not sent again before its time", how);
    }
  }

  const [isLogin, others] = [operation === "login", refused.filter((one) => one.id > lastToken)];
  const growing = (times: number) => isLogin ? Math.min(1000 * 2 ** (times - 1), MINUTE) : 0;
  const later = (times: number, wish: number) => wish > 0 ? wish : wish <= 0 ? growing(times) : 0;
  check(others.filter(({ got, rejected }) => isLogin ? !rejected : got === 429 || got === 503), later);
  if (!isLogin) return;
  check(
    refused.filter(({ rejected }) => rejected),
    (times, wish) => Math.max(REJECTED[times - 1] ?? Infinity, wish || 0),
  );
}
