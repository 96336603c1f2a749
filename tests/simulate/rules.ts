import type { Contexts } from "./context.ts";
import type { Exchange, Facts, RefreshFacts } from "./facts.ts";
import type { Process } from "./process.ts";
import { Violation } from "./violation.ts";
import type { OnSend } from "./wire.ts";

/** The calls that get tokens: those that are a renewal. */
const RENEWALS = ["login", "refresh"];

/** How often a call asks a server that asks to come back later: the pauses grow, and each renewal waits 30 s in all. */
const MOST_WAITS = 120;

/** So long a session does not send a refused token again, in ms by its clock. */
const COOLDOWN = 60_000;

/** How many renewals one call starts: two for `minValid`, two for each of two 401s. */
const MOST_RENEWALS = 6;

/** How often one call is sent: the third time only if the second one had a token that another process had obtained. */
const MOST_SENDS = 3;

/**
 * The rules that hold for every single request.
 *
 * @param fail Is told when a rule is broken.
 */
export function rulesOfSending(facts: Facts, contexts: Contexts, fail: (violation: Violation) => void): OnSend {
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
    throw new Violation("a refresh whose answer is lost is not repeated", what);
  }

  /** Requests of an incident are bounded, whatever the server does. */
  function bounded(exchange: Exchange): void {
    const { call, renewal } = contexts.now() ?? {};
    if (!call) return;
    if (renewal) {
      renewal.exchanges.push(exchange);
      call.renewing.push(exchange);
      const logins = renewal.exchanges.filter(({ operation }) => operation === "login");
      const refreshes = renewal.exchanges.filter(({ operation, sentByClock }) =>
        operation === "refresh" && Math.abs(exchange.sentByClock - sentByClock) < COOLDOWN
      );
      // A store that is so slow that the lease lapses lets a renewal begin anew, with a refresh if its refusal is forgotten.
      if (logins.length > 1 || refreshes.length > 1) {
        const sent = renewal.exchanges.map(({ id }) => `#${id}`);
        throw new Violation("requests are bounded", `one renewal sent ${sent}`);
      }
    } else if (exchange.operation === "api") {
      call.exchanges.push(exchange);
      if (call.exchanges.length > MOST_SENDS) {
        throw new Violation("requests are bounded", `${call.name} sent more than ${MOST_SENDS}`);
      }
    }
    const waits = call.renewing.filter(({ got }) => got === 429 || got === 503).length;
    if (waits > MOST_WAITS) throw new Violation("requests are bounded", `${waits} waits in ${call.name}`);
    if (call.renewals > MOST_RENEWALS + waits && call.name !== "nobody") {
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
