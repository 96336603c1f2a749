import type { Contexts } from "./context.ts";
import type { Exchange, Facts, RefreshFacts } from "./facts.ts";
import type { Process } from "./process.ts";
import { Violation } from "./violation.ts";
import type { OnSend } from "./wire.ts";

/** The calls that get tokens: those that are a renewal. */
const RENEWALS = ["login", "refresh"];

/** So often one renewal asks a server that asks to come back later: the pauses grow, and all of them have 30 s. */
const MOST_WAITS = 40;

/** So long a session does not send a refused token again, in ms by its clock. */
const COOLDOWN = 60_000;

/** One call starts so many renewals: two for `minValid`, two for a 401. */
const MOST_RENEWALS = 4;

/** What the sessions were given that bounds what they send. */
export interface SendingLimits {
  readonly overlapMs: number;
  readonly apiRetries: number;
  /** Told when a rule is broken. */
  readonly fail: (violation: Violation) => void;
}

/** The rules that hold for every single request. */
export function rulesOfSending(
  facts: Facts,
  contexts: Contexts,
  { overlapMs, apiRetries, fail }: SendingLimits,
): OnSend {
  function oneRenewal(exchange: Exchange): void {
    if (!isRenewal(exchange)) return;
    const other = facts.exchanges.find((one) =>
      one !== exchange && one.open && isRenewal(one) && !one.process.dead &&
      one.process.store === exchange.process.store
    );
    if (other) throw new Violation("one renewal at a time", `#${exchange.id} while #${other.id} is under way`);
  }

  function spentOnce(exchange: Exchange, token: RefreshFacts): void {
    const before = token.sends.filter((one) => mayHaveSpent(one, token));
    const first = before.find(({ got }) => !isRefusal(got));
    if (!first) return;
    const what = `${token.name} is sent by #${exchange.id} though #${first.id} sent it`;
    if (isKnownSpent(token, exchange.process)) throw new Violation("a spent refresh token is not sent", what);
    // By the clocks of those who sent it: one that is wrong, or jumps, makes a repeat late or prevents it.
    const since = first.process.skews.map((skew) => exchange.sentByClock - (first.sentAt + skew));
    if (overlapMs === 0 || !since.some((ms) => ms >= 0 && ms <= overlapMs)) {
      throw new Violation("a refresh whose answer is lost is not repeated", `${what} ${since.at(-1)} ms before`);
    }
    if (before.at(-1) !== first) {
      throw new Violation("a lost refresh is repeated once", `${what} and was sent again before`);
    }
  }

  /** Requests of an incident are bounded, whatever the server does. */
  function bounded(exchange: Exchange): void {
    const { call, renewal } = contexts.now() ?? {};
    if (!call) return;
    if (renewal) {
      renewal.exchanges.push(exchange);
      const waits = renewal.exchanges.filter(({ got }) => got === 429 || got === 503).length;
      const logins = renewal.exchanges.filter(({ operation }) => operation === "login");
      const refreshes = renewal.exchanges.filter(({ operation, sentByClock }) =>
        operation === "refresh" && Math.abs(exchange.sentByClock - sentByClock) < COOLDOWN
      );
      if (waits > MOST_WAITS) throw new Violation("requests are bounded", `${waits} waits in one renewal`);
      // A refresh, its one repeat, and the login: each once more for every answer that asked to come back later. A store
      // that is so slow that the lease lapses lets a renewal begin anew, with a refresh if its refusal is forgotten by then.
      if (logins.length > 1 + waits || refreshes.length > (overlapMs > 0 ? 2 : 1) + waits) {
        const sent = renewal.exchanges.map(({ id }) => `#${id}`);
        throw new Violation("requests are bounded", `one renewal sent ${sent}`);
      }
    } else if (exchange.operation === "api") {
      call.exchanges.push(exchange);
      const most = 2 * (1 + apiRetries);
      if (call.exchanges.length > most) {
        throw new Violation("requests are bounded", `${call.name} sent more than ${most}`);
      }
    }
    if (call.renewals > MOST_RENEWALS && call.name !== "nobody") {
      throw new Violation("requests are bounded", `${call.name} started ${call.renewals} renewals`);
    }
  }

  function check(exchange: Exchange): void {
    const { refresh, operation } = exchange;
    oneRenewal(exchange);
    if (refresh && operation === "refresh") spentOnce(exchange, refresh);
    bounded(exchange);
    if (operation === "refresh") refresh?.sends.push(exchange);
    else refresh?.ends.push(exchange);
  }

  return (exchange) => {
    try {
      check(exchange);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      fail(error); // a session would take it for a failure of the network
    }
  };
}

function isRenewal({ operation, settles }: Exchange): boolean {
  return RENEWALS.includes(operation) && !settles;
}

/** Whether the server may have exchanged the token for another one, for all that the session can know. */
function mayHaveSpent({ got, received, issued }: Exchange, token: RefreshFacts): boolean {
  if (received) return issued?.refresh !== undefined && issued.refresh !== token;
  return got !== "not sent" && got !== 429 && got !== 503;
}

function isRefusal(got: Exchange["got"]): boolean {
  return got === 400 || got === 401 || got === 403;
}

/** Whether the session itself got another token for it. */
function isKnownSpent(token: RefreshFacts, process: Process): boolean {
  return token.sends.some((one) => one.received && one.process === process && mayHaveSpent(one, token));
}
