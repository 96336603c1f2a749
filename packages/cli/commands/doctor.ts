// `xsignals doctor`: why it doesn't work here.
import { createData, DataError } from "@xsignals/data";
import type { AccessToken, Session, Strategy } from "@xsignals/session";
import process from "node:process";
import { EXIT } from "../command_error.ts";
import type { AddCommand } from "../command_line.ts";
import config from "../deno.json" with { type: "json" };
import { failureOf } from "../failure.ts";
import { bad, badBy, type Finding, good, textOf, untried } from "../finding.ts";
import type { Job } from "../job.ts";
import { baseUrlOf, findLogin, isKeepable, type Login, sessionOf } from "../login_source.ts";
import { checkNetwork, checkProxy } from "../network_checks.ts";
import { openProfile } from "../profile.ts";
import { sleepOf } from "../sleep.ts";
import type { World } from "../world.ts";

/** How long each check may take, in ms, unless `--timeout` says it. */
const CHECK_MS = 15_000;

/** Adds the command. */
export const addDoctor: AddCommand = (program, does) => {
  const command = program.command("doctor")
    .description("Find out why it does not work here. What it prints has no secret and can go into a report.")
    .addHelpText(
      "after",
      "\nIt sends one call without a login, one login at most, and one list. --timeout is for each.",
    );
  const examples = ["xsignals doctor", "xsignals doctor --timeout 5 --json"] as const;
  does(command, { prints: "value", examples, timesItself: true }, async (job) => {
    const { out, flags, world } = job;
    const system = `xsignals ${config.version}, ${navigator.userAgent}, ${process.platform} ${process.arch}`;
    if (!flags.json) await out.value(undefined, system);
    let isGood = true;
    for await (const finding of examine(job)) {
      const { found, advice } = finding;
      const shown = { ...finding, found: withoutHome(world, found), advice: advice && withoutHome(world, advice) };
      isGood &&= shown.ok === true;
      await out.value(shown, textOf(shown, world.stdout));
    }
    return isGood ? EXIT.done : EXIT.failed;
  });
};

/** Looks at one thing after the other. */
async function* examine(job: Job): AsyncGenerator<Finding, void> {
  const { world, flags } = job;
  const found = await settingsOf(job);
  yield found.finding;
  if (found.baseUrl === undefined) {
    for (const check of ["network", "store", "login", "list"]) yield untried(check, "what the settings say");
    return;
  }
  const url = new URL(found.baseUrl);
  yield checkProxy(world, url);
  const now = () => world.clock?.now() ?? Date.now();
  const within = `${(flags.timeout ?? CHECK_MS) / 1000} s`;
  const none = sessionOf(world, found.baseUrl, fixed({ scheme: "Bearer", value: "doctor" }));
  const { findings, isThere } = await bounded(job, (signal) => checkNetwork(none, now, signal, within, world));
  yield* findings;
  const store = await checkStore(world, flags.profile, found.login);
  yield store;
  if (!found.login && found.finding.ok) {
    return yield* [bad("login", "not logged in", found.hint), untried("list", "the login")];
  }
  const before = !isThere
    ? "the connection"
    : !found.login
    ? "what the settings say"
    : store.ok || found.login.source === "environment" // which works without one
    ? undefined
    : "the store";
  if (before || !found.login) return yield* ["login", "list"].map((check) => untried(check, before!));
  const { finding, session } = await checkLogin(job, found.login, within);
  yield finding;
  yield session ? await checkList(job, session, within) : untried("list", "the login");
}

/** What the settings say. */
interface Settled {
  readonly finding: Finding;
  readonly baseUrl?: string;
  readonly login?: Login;
  /** How to log in. */
  readonly hint?: string | null;
}

/** Which login and which address the commands go by. */
async function settingsOf({ world, flags }: Job): Promise<Settled> {
  try {
    const login = await findLogin(world, flags, { waitBudgetMs: 0 }); // one login at most
    const from = login.source === "environment" ? "from the environment" : "kept by xsignals login";
    const { baseUrl } = login.session;
    return { finding: good("settings", `${login.kind}, ${from}, at ${new URL(baseUrl).host}`), baseUrl, login };
  } catch (error) {
    const { code, hint } = failureOf(error);
    if (code !== "login_required" && code !== "store_failed") return { finding: badBy("settings", error) };
    try {
      const baseUrl = baseUrlOf(world, flags);
      const isNone = code === "login_required";
      return {
        finding: isNone ? good("settings", `no login, at ${new URL(baseUrl).host}`) : badBy("settings", error),
        baseUrl,
        hint,
      };
    } catch (wrong) {
      return { finding: badBy("settings", wrong) };
    }
  }
}

/** Whether the profile's folder can be written, and the login in it be read. */
async function checkStore(world: World, name: string, login: Login | undefined): Promise<Finding> {
  const profile = openProfile(world, name);
  if (login && !isKeepable(login.kind)) return good("store", `not needed: there is nothing to keep of ${login.kind}`);
  if (!profile) {
    return bad("store", "there is no folder to keep a login in", "set HOME, or XDG_STATE_HOME to an absolute path");
  }
  const { folder } = profile;
  try {
    await profile.tryOut();
    await login?.session.stored();
    return good("store", `${folder} can be written`);
  } catch (error) {
    return badBy("store", error);
  }
}

/** Gets a credential: the one that is kept, or by one renewal or login; and a session for the list that logs in no more. */
async function checkLogin(
  job: Job,
  { session, source, kind }: Login,
  within: string,
): Promise<{ finding: Finding; session?: Session }> {
  try {
    const isKept = (await session.stored()).state === "active";
    const token = await bounded(job, (signal) => session.token({ signal }));
    const until = token.expiresAt === undefined
      ? ""
      : `, until ${new Date(token.expiresAt).toISOString().slice(0, 19)}Z`;
    const how = !isKeepable(kind)
      ? "sent with each call"
      : !isKept
      ? "obtained now"
      : source === "environment"
      ? "kept from before, the password was not sent"
      : "kept from before";
    const finding = good("login", `${how}${until}`);
    // What is kept may be refused, as for every command: then the session has its one login left.
    return { finding, session: isKept ? session : sessionOf(job.world, session.baseUrl, fixed(token)) };
  } catch (error) {
    return { finding: isOver(error) ? late("login", within) : badBy("login", error) };
  }
}

/** Asks for one list. Of what the server says nothing is shown. */
async function checkList(job: Job, session: Session, within: string): Promise<Finding> {
  const { clock } = job.world;
  try {
    return await bounded(job, async (signal) => {
      const data = createData(session, { retries: 0, ...(clock && { clock }) });
      for await (const _ of data.groups({ signal })) return good("list", "the API lists the groups");
      return good("list", "the API answers; the account sees no groups");
    });
  } catch (error) {
    if (isOver(error)) return late("list", within);
    if (!(error instanceof DataError)) return badBy("list", error);
    const { code, status } = error;
    const advice = status === 401 || status === 403
      ? "ask Xpansiv whether the account may use the API"
      : error.retryable
      ? "try later"
      : "check --base-url or XSIGNALS_BASE_URL";
    return bad("list", status === undefined ? code : `${code} (status ${status})`, advice);
  }
}

/** A credential that stays as it is, so that a refusal leads to no login. */
function fixed(credential: AccessToken): Strategy {
  return () => ({ token: () => credential, replace: () => Promise.resolve(credential) });
}

/** Does a check, for so long as one may take. */
async function bounded<T>({ world, flags, signal }: Job, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const [over, done] = [new AbortController(), new AbortController()];
  sleepOf(world)(flags.timeout ?? CHECK_MS, done.signal).then(
    () => over.abort(new DOMException("", "TimeoutError")),
    () => {},
  );
  try {
    return await work(AbortSignal.any([signal, over.signal]));
  } finally {
    done.abort();
    signal.throwIfAborted(); // the user interrupted
  }
}

function isOver(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

function late(check: string, within: string): Finding {
  return bad(check, `no answer within ${within}`, "try later, or with a longer --timeout");
}

/** A user's folder often has the user's name. */
function withoutHome({ home, env }: World, text: string): string {
  const folders = [[env.get("XDG_STATE_HOME"), "$XDG_STATE_HOME"], [home, "~"]] as const;
  return folders.reduce(
    (all, [folder, name]) => folder && folder.length > 1 ? all.replaceAll(folder, name) : all,
    text,
  );
}
