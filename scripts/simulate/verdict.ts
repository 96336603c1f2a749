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

/**
 * Judges a call that was made long after the last fault: it succeeds, or there is a reason that nobody but a person or the
 * server can do anything about. The reasons are counted.
 */
export async function judge(world: World, process: Process, call: Call): Promise<void> {
  const { stage, scenario, tally } = world;
  const reason = await reasonOf(world, process, call);
  if (reason !== undefined) return count(tally, `after the faults: ${reason}`);
  // A token that has expired is answered with 403 here, and nobody renews for that. Where a wrong clock said that it had
  // not, that is over when the clock says so too.
  if (statusOf(call) === 403 && clocksDiffer(scenario)) {
    await stage.pause(LARGEST_SKEW + scenario.accessLifetime);
    const later = startCall(world, process, "get");
    await stage.rest();
    const reasonLater = await reasonOf(world, process, later);
    if (reasonLater !== undefined) {
      return count(tally, `after the faults: 403 while a clock is wrong, then ${reasonLater}`);
    }
  }
  throw new Violation("when the faults stop the next call succeeds", `not ${call.name}`);
}

async function reasonOf(world: World, process: Process, call: Call): Promise<string | undefined> {
  const status = statusOf(call);
  if (status !== undefined) return reasonOfStatus(world, status);
  return call.ended && "error" in call.ended ? await reasonOfError(world, process, call.ended.error) : undefined;
}

function statusOf({ ended }: Call): number | undefined {
  return ended && "status" in ended ? ended.status : undefined;
}

function clocksDiffer(scenario: World["scenario"]): boolean {
  return scenario.sessions.some(({ skew }) => skew !== 0) || clockJumps(scenario);
}

function clockJumps({ steps }: World["scenario"]): boolean {
  return steps.some((step) => step.do === "jump");
}

function reasonOfStatus({ scenario }: World, status: number): string | undefined {
  if (status === 200) return "works";
  const { readings, strategy } = scenario;
  if (status !== 403 || readings.expiredToken !== 403) return undefined;
  const tellsExpiry = readings.accessTokens === "jwt" && !String(readings.tokenTimes).startsWith("no");
  return tellsExpiry && !strategy.endsWith("tokens")
    ? undefined
    : "403 for an expired token whose expiry was not known";
}

async function reasonOfError(world: World, process: Process, error: unknown): Promise<string | undefined> {
  if (!(error instanceof SessionError)) return undefined;
  if (process.loggedOut) return "logged out";
  const hasCredentials = world.scenario.strategy !== "tokens" && world.scenario.strategy !== "auth0 tokens";
  if (error.code === "credentials_rejected" && hasCredentials) {
    const refused = world.facts.exchanges.some((one) =>
      one.operation === "login" && one.process.store === process.store && (one.got === 401 || one.got === 403)
    );
    if (!refused) return undefined;
    const isRight = (world.scenario.secrets === "function" ? world.vault.password : process.password) ===
      await passwordInForce(world);
    return `credentials rejected, ${isRight ? "though they are right" : "and they are wrong"}`;
  }
  if (error.code !== "login_required" || hasCredentials) return undefined;
  return await reasonOfLogin(world, process, error);
}

/** Why a person must log in again where only tokens were held. */
async function reasonOfLogin(world: World, process: Process, error: SessionError): Promise<string | undefined> {
  const entry = await process.store.inner.read();
  const record = entry && JSON.parse(new TextDecoder().decode(entry.data));
  const ended = world.processes.some(({ store, loggedOut }) => store === process.store && loggedOut);
  if (record?.loggedOut || (ended && !record?.token)) return "login required: the account was logged out";
  const tried = error.tried ?? [];
  const seed = world.seeds[world.slots.indexOf(process)]?.refreshToken;
  const token = world.facts.refreshOf(record?.token?.refresh ?? (record?.token ? "" : seed ?? ""));
  if (!token) return tried.length === 0 ? "login required: there was no refresh token" : undefined;
  if (tried.includes("refresh: outcome unknown")) {
    if (isLost(token)) return `login required: a lost answer, ${world.overlapMs > 0 ? "repeated" : "no repeats"}`;
    const died = world.processes.some(({ store, dead }) => dead && store === process.store);
    return died ? "login required: a process ended after it had marked the token, before it sent it" : undefined;
  }
  if (!tried.includes("refresh: refused")) return undefined;
  return await isAlive(world, token) ? undefined : "login required: the server ended the refresh token";
}

/** Whether the answer to one of its calls never reached a process that lives. */
function isLost({ sends }: RefreshFacts): boolean {
  return sends.some(({ got, received, process }) =>
    got === "lost" || process.dead || (Number(got) < 300 && !received) || Number(got) >= 500
  );
}
