/**
 * What must hold whatever happens, in whatever order. Each rule says what breaks it, or nothing.
 *
 * @module
 */
import type { Outcome } from "./process.ts";
import { isServed, livingTokens, nameOf, type Request } from "./server.ts";
import type { RecordView, Setting, State, Worker } from "./state.ts";

/**
 * A refresh token is sent once. And one call is enough: there is another one, such as a login, only after an answer may
 * have been lost, and none for a pair that is fresh.
 */
export function ruleOfSending(state: State, request: Request, { first }: Setting): string | undefined {
  const { sent, isLost } = state;
  const name = nameOf(request);
  switch (request.what) {
    case "logout":
      return ruleOfLogout(state, request.token);
    case "refresh":
      if (sent.includes(name)) return `${name} is sent a second time`;
      if (name !== first) return `${name} is spent, although it is fresh`;
      break;
    case "login":
      if (first !== undefined && !isLost) return "there is a login, although a pair works";
  }
  return sent.length > 0 && !isLost ? `there is ${name}, although the answer to another call will come` : undefined;
}

/** A pair that works is ended only when the record has another one that works. */
function ruleOfLogout({ server, store }: State, token: string): string | undefined {
  const living = livingTokens(server);
  const kept = store?.view.token?.refresh;
  if (!living.includes(token) || (kept !== undefined && kept !== token && living.includes(kept))) return undefined;
  return `${token} is ended, although there is no other`;
}

/** A pair that works is not overwritten, unless it may have been spent. */
export function ruleOfWriting(state: State, written: RecordView): string | undefined {
  const offered = offeredBy(state);
  if (offered === undefined || offered === written.token?.refresh) return undefined;
  return `${offered} is overwritten, although it works`;
}

/** The pair of the record, if it works and nothing says that it may have been spent. */
function offeredBy({ server, store, sent }: State): string | undefined {
  const { token, inFlight } = store?.view ?? {};
  const kept = token?.refresh;
  if (kept === undefined || inFlight !== undefined || sent.includes(kept)) return undefined;
  return livingTokens(server).includes(kept) ? kept : undefined;
}

/** When all have ended, what works and a process that is there was given is in the record. */
export function ruleAtTheEnd({ server, store, got }: State): string | undefined {
  const kept = store?.view.token?.refresh;
  const living = livingTokens(server);
  if (kept !== undefined && store?.view.inFlight === undefined && !living.includes(kept)) {
    return `the record offers ${kept}, which does not work`;
  }
  const dropped = living.find((token) => token !== kept && got.some((one) => one.token === token));
  return dropped === undefined ? undefined : `${dropped} works, and is not in the record`;
}

/**
 * Nobody who keeps to the time is overtaken: the lease goes to another process when its holder crashed, or has sent nothing
 * for a whole lease, or has been sending for a whole deadline. What has ended leaves no lease behind.
 */
export function ruleOfTaking(
  { now, store, workers }: State,
  written: RecordView,
  setting: Setting,
): string | undefined {
  const overtaken = store?.view.lease?.holder;
  const holder = workers.find(({ local }) => local.who.name === overtaken);
  if (!store || !holder || !isTaken(store.view, written)) return undefined;
  if (!isBusy(holder)) return `${overtaken} has ended and left its lease behind`;
  const isOver = holder.sentAt === undefined
    ? now - store.at >= setting.leaseMs
    : now - holder.sentAt >= setting.tokenDeadlineMs;
  return isOver ? undefined : `${overtaken} is overtaken within its time`;
}

/**
 * A process ends with a token that works. If an answer was lost: where it holds credentials, at worst with the failure of
 * its own login; where it does not, with the end of the session, unless the record has a pair that works.
 */
export function ruleOfEnding(state: State, outcome: Outcome, setting: Setting): string | undefined {
  if ("token" in outcome) {
    return isServed(state.server, outcome.token) ? undefined : `it is given ${outcome.token}, which was ended`;
  }
  const { error } = outcome;
  const isAllowed = setting.credentials
    ? error === "unreachable"
    : error === "login_required" && offeredBy(state) === undefined;
  return state.isLost && isAllowed ? undefined : `it fails with ${error}`;
}

export function isTaken(before: RecordView | undefined, after: RecordView): boolean {
  return before?.lease !== undefined && after.lease !== undefined && before.lease.holder !== after.lease.holder;
}

/** Whether a process has something left to do. */
export function isBusy({ local }: Worker): boolean {
  return local.position.outcome === undefined;
}
