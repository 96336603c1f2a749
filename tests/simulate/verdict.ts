import { SessionError } from "@xsignals/session";
import { callAlone } from "./calls.ts";
import type { RefreshFacts } from "./facts.ts";
import type { Call, Process } from "./process.ts";
import { isToken, longestPark, refusedCalls } from "./refusals.ts";
import { CLIENT } from "./server.ts";
import { Violation } from "./stage.ts";
import { count, type World } from "./world.ts";

/** No clock is further from another one: two sessions an hour off in either direction, and every jump of an hour. */
const LARGEST_SKEW = 12 * 3_600_000;

const WORKS = "works";

/**
 * Judges a call that was made long after the last fault: it succeeds, or there is a reason that nobody but a person or the
 * server can do anything about. The reasons are counted.
 */
export async function judge(world: World, process: Process, call: Call): Promise<void> {
  const { stage, scenario, tally } = world;
  const violation = new Violation("when the faults stop the next call succeeds", `not ${call.name}`);
  const status = call.ended?.as;
  let last = call;
  let reason = await reasonOf(world, process, call);

  async function again(): Promise<string | undefined> {
    last = await callAlone(world, process);
    return await reasonOf(world, process, last);
  }

  if (reason === undefined && status === 403 && clocksDiffer(world)) {
    // Nobody renews for a 403. Where a wrong clock said that the token had not expired, it says so later.
    await stage.pause(LARGEST_SKEW + scenario.accessLifetime);
    const later = await again();
    reason = later && `403 while a clock is wrong, then ${later}`;
  }
  if (reason === undefined && status === 401) {
    // A token that may have expired was tried because no other could be had; the next call says why.
    reason = await again();
    if (reason === WORKS) throw violation;
  }
  const error = last.ended?.error;
  if (reason === undefined && error instanceof SessionError && error.retryAt !== undefined) {
    // A wrong clock may take it for longer.
    await stage.pause(error.retryAt - stage.clock.now() - process.skew + (clocksDiffer(world) ? LARGEST_SKEW : 0));
    const later = await again();
    reason = later && `the server had asked to be asked later, then ${later}`;
  }
  if (reason === undefined && last.ended?.error !== undefined) {
    // Another session may hold the pair, or a mark, that the store did not take from it; its next call writes it.
    for (const other of world.slots) if (other.store === process.store) await callAlone(world, other);
    const later = await again();
    reason = later === WORKS ? "works, after the session that had spent or marked the token made a call" : undefined;
  }
  if (reason === undefined) throw violation;
  count(tally, `after the faults: ${reason}`);
}

/** Checks that a session works again soon after its server failed, unless it has a reason to leave the server alone. */
export async function checkHiccup(world: World, process: Process, call: Call): Promise<void> {
  const { facts, stage, tally } = world;
  const { error } = call.ended ?? {};
  if (!(error instanceof SessionError) || await reasonOf(world, process, call) !== undefined) return;
  if (error.code === "login_required") return; // what became of its tokens is judged later
  const ofStore = facts.exchanges.filter((one) => one.process.store === process.store);
  const logins = ofStore.filter(({ credential }) => credential === credentialOf(world, process));
  const inARow = logins.slice(logins.findLastIndex((one) => isToken(one) && one.remembered) + 1);
  const isParked = ofStore.some(({ got, wish = 0, endedAt = 0, operation, process: by }) => {
    const ms = Math.min(Number.isNaN(wish) ? Infinity : wish, longestPark(got));
    const ahead = Math.max(...by.skews) - Math.min(...process.skews); // it is kept by the clock of who was asked to wait
    return operation !== "api" && stage.clock.monotonic() < endedAt + ms + Math.max(ahead, 0);
  });
  if (!isParked && inARow.filter(({ rejected }) => rejected).length < 2) {
    throw new Violation("a session is back two minutes after a hiccup", `not ${call.name}: ${error.code}`);
  }
  count(tally, `not back after two minutes: ${isParked ? "the server asked to wait" : "rejected twice"}`);
}

/** The password that a process holds, or the client's secret if it has none. */
function credentialOf({ scenario, vault }: World, { password = vault.password }: Process): string {
  return scenario.strategy === "auth0 tokens" ? CLIENT.secret : password;
}

function clocksDiffer({ scenario: { sessions, steps } }: World): boolean {
  return sessions.some(({ skew }) => skew !== 0) || steps.some((step) => step.do === "jump");
}

/** How a call ended, if it is a way that is allowed after the faults. */
async function reasonOf(world: World, process: Process, { ended: { as, error } = {} }: Call) {
  const { scenario: { assumptions, strategy }, facts, server, passwords } = world;
  const hasCredentials = !strategy.endsWith("tokens") || strategy === "login and tokens";
  if (as === 200) return WORKS;
  if (as === 403 && assumptions.expiredToken === 403) {
    const tellsExpiry = assumptions.accessTokens === "jwt" && !assumptions.tokenTimes?.startsWith("no");
    return tellsExpiry && !strategy.endsWith("tokens")
      ? undefined
      : "403 for an expired token whose expiry is not known";
  }
  if (!(error instanceof SessionError)) return undefined;
  if (process.loggedOut) return "logged out";
  if (hasCredentials && error.code === "credentials_rejected") {
    const held = credentialOf(world, process);
    const refused = refusedCalls(facts, process, held).filter(({ rejected }) => rejected).length;
    const isRight = held === CLIENT.secret || held === await server.passwordInForce(passwords);
    if (!isRight) return refused > 0 ? "credentials rejected, as they are wrong" : undefined;
    return refused >= 8 ? "credentials rejected eight times, though they are right" : undefined;
  }
  if (hasCredentials || error.code !== "login_required") return undefined;
  const why = await whyNotRenewed(world, process, error.tried ?? []);
  return why && `login required: ${why}`;
}

/** Why a person must log in again where only tokens were held. */
async function whyNotRenewed(
  { processes, seeds, slots, facts, server }: World,
  process: Process,
  tried: readonly string[],
): Promise<string | undefined> {
  const ofTheStore = processes.filter(({ store }) => store === process.store);
  const entry = await process.store.inner.read();
  const record = entry && JSON.parse(new TextDecoder().decode(entry.data));
  if (record?.loggedOut || (!record?.token && ofTheStore.some(({ loggedOut }) => loggedOut))) {
    return "the account was logged out";
  }
  const held = record?.token ? record.token.refresh : seeds[slots.indexOf(process)]?.refreshToken;
  const token = facts.refreshTokens.get(held);
  if (!token) return tried.length === 0 ? "there was no refresh token" : undefined;
  if (isLost(token)) return "a lost answer";
  if (!await server.isAlive(token)) return "the server ended the refresh token";
  return tried.includes("refresh: outcome unknown") && ofTheStore.some(({ dead, loggedOut }) => dead || loggedOut)
    ? "a process ended after it had marked the token, before it sent it"
    : undefined;
}

/** Whether the answer to one of its calls never reached a process that lives, or does not say what became of it. */
function isLost({ sends }: RefreshFacts): boolean {
  return sends.some(({ got, received, process }) =>
    !received && (process.dead || got === "lost" || got === 404 || Number(got) < 400 || Number(got) >= 500)
  );
}
