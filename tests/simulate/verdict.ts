import { SessionError } from "@xsignals/session";
import type { Call } from "./call.ts";
import { startCall } from "./calls.ts";
import type { RefreshFacts } from "./facts.ts";
import { passwordInForce } from "./password.ts";
import type { Process } from "./process.ts";
import { isAlive } from "./refresh_probe.ts";
import { count } from "./tally.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** No clock is further from another one: two sessions an hour off in either direction, and every jump of an hour. */
const LARGEST_SKEW = 12 * 3_600_000;

/** The one good end. */
const WORKS = "works";

/**
 * Judges a call that was made long after the last fault: it succeeds, or there is a reason that nobody but a person or the
 * server can do anything about. The reasons are counted.
 */
export async function judge(world: World, process: Process, call: Call): Promise<void> {
  const { stage, scenario, tally } = world;
  const status = statusOf(call);
  let last = call;
  let reason = await reasonOf(world, process, call);

  async function again(): Promise<string | undefined> {
    last = await callAgain(world, process);
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
    if (reason === WORKS) throw failure(call);
  }
  const wait = askedToWait(world, process, last);
  if (reason === undefined && wait !== undefined) {
    await stage.pause(wait);
    const later = await again();
    reason = later && `the server had asked to be asked later, then ${later}`;
  }
  if (reason === undefined && "error" in (last.ended ?? {})) {
    // Another session may hold the pair, or a mark, that the store did not take from it; its next call writes it.
    for (const other of world.slots) if (other.store === process.store) await callAgain(world, other);
    const later = await again();
    reason = later === WORKS ? "works, after the session that had spent or marked the token made a call" : undefined;
  }
  if (reason === undefined) throw failure(call);
  count(tally, `after the faults: ${reason}`);
}

/** Until when the server asked to wait, in ms from now; a wrong clock may take it for longer. */
function askedToWait(world: World, { skew }: Process, { ended }: Call): number | undefined {
  const error = ended && "error" in ended ? ended.error : undefined;
  if (!(error instanceof SessionError) || error.retryAt === undefined) return undefined;
  return error.retryAt - world.stage.clock.now() - skew + (clocksDiffer(world) ? LARGEST_SKEW : 0);
}

function failure({ name }: Call): Violation {
  return new Violation("when the faults stop the next call succeeds", `not ${name}`);
}

async function callAgain(world: World, process: Process): Promise<Call> {
  const call = startCall(world, process, "get");
  await world.stage.rest();
  return call;
}

async function reasonOf(world: World, process: Process, call: Call): Promise<string | undefined> {
  const status = statusOf(call);
  if (status !== undefined) return reasonOfStatus(world, status);
  return call.ended && "error" in call.ended ? await reasonOfError(world, process, call.ended.error) : undefined;
}

function statusOf({ ended }: Call): number | undefined {
  return ended && "status" in ended ? ended.status : undefined;
}

function clocksDiffer({ scenario: { sessions, steps } }: World): boolean {
  return sessions.some(({ skew }) => skew !== 0) || steps.some((step) => step.do === "jump");
}

function reasonOfStatus({ scenario: { assumptions, strategy } }: World, status: number): string | undefined {
  if (status === 200) return WORKS;
  if (status !== 403 || assumptions.expiredToken !== 403) return undefined;
  const tellsExpiry = assumptions.accessTokens === "jwt" && !String(assumptions.tokenTimes).startsWith("no");
  return tellsExpiry && !strategy.endsWith("tokens") ? undefined : "403 for an expired token whose expiry is not known";
}

async function reasonOfError(world: World, process: Process, error: unknown): Promise<string | undefined> {
  if (!(error instanceof SessionError)) return undefined;
  if (process.loggedOut) return "logged out";
  const { strategy, secrets } = world.scenario;
  const hasCredentials = strategy !== "tokens" && strategy !== "auth0 tokens";
  if (hasCredentials && error.code === "credentials_rejected") {
    const wasRefused = world.facts.exchanges.some((one) =>
      one.operation === "login" && one.process.store === process.store && (one.got === 401 || one.got === 403)
    );
    if (!wasRefused) return undefined;
    const held = secrets === "function" ? world.vault.password : process.password;
    return `credentials rejected, ${
      held === await passwordInForce(world) ? "though they are right" : "as they are wrong"
    }`;
  }
  if (hasCredentials || error.code !== "login_required") return undefined;
  const why = await whyNotRenewed(world, process, error.tried ?? []);
  return why && `login required: ${why}`;
}

/** Why a person must log in again where only tokens were held. */
async function whyNotRenewed(
  world: World,
  process: Process,
  tried: readonly string[],
): Promise<string | undefined> {
  const { processes, seeds, slots, facts } = world;
  const ofTheStore = processes.filter(({ store }) => store === process.store);
  const entry = await process.store.inner.read();
  const record = entry && JSON.parse(new TextDecoder().decode(entry.data));
  if (record?.loggedOut || (!record?.token && ofTheStore.some(({ loggedOut }) => loggedOut))) {
    return "the account was logged out";
  }
  const held = record?.token ? record.token.refresh : seeds[slots.indexOf(process)]?.refreshToken;
  const token = held === undefined ? undefined : facts.refreshOf(held);
  if (!token) return tried.length === 0 ? "there was no refresh token" : undefined;
  if (isLost(token)) return "a lost answer";
  if (!await isAlive(world, token)) return "the server ended the refresh token";
  return tried.includes("refresh: outcome unknown") && ofTheStore.some(({ dead, loggedOut }) => dead || loggedOut)
    ? "a process ended after it had marked the token, before it sent it"
    : undefined;
}

/** Whether the answer to one of its calls never reached a process that lives. */
function isLost({ sends }: RefreshFacts): boolean {
  return sends.some(({ got, received, process }) =>
    !received && (process.dead || got === "lost" || Number(got) < 300 || Number(got) >= 500)
  );
}
