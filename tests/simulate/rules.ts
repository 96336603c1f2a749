import type { Contexts } from "./context.ts";
import type { Exchange, Facts, RefreshFacts } from "./facts.ts";
import { checkRefused } from "./refusals.ts";
import { Violation } from "./stage.ts";

/** How often one renewal asks a server that asks to come back later. */
const MOST_TRIES = 6;

/** So long a session does not send a refused token again, in ms by its clock. */
const COOLDOWN = 60_000;

/** How many renewals one call starts: two for `minValid`, two for each of two 401s. */
const MOST_RENEWALS = 6;

/** How often one call is sent: the third time only if the second one had a token that another process had obtained. */
const MOST_SENDS = 3;

/** Whether a request is part of a renewal, and does not find out which password is in force. */
export function isRenewal({ operation, settles }: Exchange): boolean {
  return (operation === "login" || operation === "refresh") && !settles;
}

/**
 * The rules that hold for every single request. To add one, write a function that throws a `Violation`, and call it in
 * `check`; a rule about how a run ends belongs into `ending.ts`. A broken session in the tests must then break it.
 *
 * @param fail Is told when a rule is broken.
 */
export function rulesOfSending(facts: Facts, contexts: Contexts, fail: (violation: Violation) => void) {
  function oneRenewal(exchange: Exchange): void {
    if (!isRenewal(exchange)) return;
    const other = facts.exchanges.find((one) =>
      one !== exchange && one.open && isRenewal(one) && !one.process.dead &&
      one.process.store === exchange.process.store
    );
    if (other) throw new Violation("one renewal at a time", `#${exchange.id} while #${other.id} is under way`);
  }

  function spentOnce({ id, process }: Exchange, token: RefreshFacts): void {
    const before = token.sends.filter((one) => mayHaveSpent(one, token));
    const first = before.find(({ got }) => got !== 400 && got !== 401 && got !== 403);
    if (!first) return;
    const how = `${token.name} is sent by #${id} though #${first.id} sent it`;
    const isKnown = before.some((one) => one.received && one.process === process);
    if (isKnown) throw new Violation("a spent refresh token is not sent", how);
    throw new Violation("a refresh whose answer is lost is not repeated", how);
  }

  /** Requests of an incident are bounded, whatever the server does. */
  function bounded(exchange: Exchange): void {
    const { call, renewal } = contexts.now() ?? {};
    if (!call) return;
    const fail = (how: string) => {
      throw new Violation("requests are bounded", how);
    };
    if (renewal) {
      renewal.push(exchange);
      const logins = renewal.filter(({ operation }) => operation === "login");
      // A store that is so slow that the lease lapses lets a renewal begin anew, with a refresh if its refusal is forgotten.
      const refreshes = renewal.filter(({ operation, sentByClock }) =>
        operation === "refresh" && Math.abs(exchange.sentByClock - sentByClock) < COOLDOWN
      );
      // One that comes too late for a logout elsewhere ends its pair, and begins anew.
      const late = renewal.filter(({ operation }) => operation === "logout");
      if (logins.length > 1 + late.length || refreshes.length > 1) {
        fail(`one renewal sent ${renewal.map(({ id }) => `#${id}`)}`);
      }
    } else if (exchange.operation === "api") {
      call.exchanges.push(exchange);
      if (call.exchanges.length > MOST_SENDS) fail(`${call.name} sent more than ${MOST_SENDS}`);
    }
    if (call.renewals > MOST_RENEWALS) fail(`${call.name} started ${call.renewals} renewals`);
    const [first = 0, ...later] = call.tries;
    if (later.length >= MOST_TRIES || (later.at(-1) ?? 0) > first + exchange.process.budget) {
      const how = `${call.name} asks at ${call.tries.map((at) => at / 1000)} s`;
      throw new Violation("a renewal asks a busy server six times at most, within its budget", how);
    }
  }

  function check(exchange: Exchange): void {
    const { refresh, operation } = exchange;
    oneRenewal(exchange);
    if (refresh && operation === "refresh") spentOnce(exchange, refresh);
    bounded(exchange);
    checkRefused(facts, exchange);
    if (operation === "refresh") refresh?.sends.push(exchange);
    else refresh?.ends.push(exchange);
  }

  return (exchange: Exchange): void => {
    try {
      check(exchange);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      fail(error); // a session would take it for a failure of the network
    }
  };
}

/** Whether the server may have exchanged the token for another one, for all that the session can know. */
function mayHaveSpent({ got, received, issued }: Exchange, token: RefreshFacts): boolean {
  if (received) return issued?.refresh !== undefined && issued.refresh !== token;
  return got !== "not sent" && got !== 429 && got !== 503;
}
