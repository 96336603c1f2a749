// Which login a command goes by: the environment's, or else the one that is kept.
import { auth0, createSession, login, type Session, type SessionOptions, type Strategy } from "@xsignals/session";
import { optionsFromEnv } from "@xsignals/session/env";
import { fileStore } from "@xsignals/session/file";
import { type CommandError, notLoggedIn, usageError } from "./command_error.ts";
import type { SharedFlags } from "./flags.ts";
import { inShell } from "./printable.ts";
import { openProfile, type Profile, type Settings } from "./profile.ts";
import type { World } from "./world.ts";

/** A login, and the session that goes by it. */
export interface Login {
  /** The kind, as `XSIGNALS_AUTH` has it. */
  readonly kind: string;
  /** The account's user name, if the kind has one. */
  readonly username?: string;
  /** Where it comes from. */
  readonly source: "environment" | "stored";
  /** The login that is kept, and not used because the environment has another one. */
  readonly instead?: Settings;
  /** Why the tokens of the environment's login cannot be kept: each command logs in anew. */
  readonly unkept?: string;
  /** The session. Nothing is sent until it is used. */
  readonly session: Session;
}

/** The address of the API, unless told otherwise. */
const BASE_URL = "https://api.xsignals.xpansiv.com";

/** Variables that are a login, or its greater part. */
const CREDENTIALS = ["PASSWORD", "TOKEN", "API_KEY", "TOKEN_URL"];

/** A variable of the project's own, without its prefix; an empty one counts as not set. */
export function variable({ env }: World, name: string): string | undefined {
  return env.get(`XSIGNALS_${name}`) || undefined;
}

/** What a session is told beside the login: how long it may wait for a server. */
export type Patience = Pick<SessionOptions, "waitBudgetMs">;

/** Finds the login in force. */
export async function findLogin(world: World, flags: SharedFlags, patience: Patience = {}): Promise<Login> {
  const profile = openProfile(world, flags.profile);
  const kind = kindInEnvironment(world);
  const kept = await profile?.read().catch((error): undefined => {
    if (kind === undefined) throw error; // else it is only told of
  });
  if (kind !== undefined) return await loginOfEnvironment(world, flags, profile, kind, kept, patience);
  const settings = settingsInForce(world, flags, kept);
  const session = settings && profile && await openKept(world, profile, settings, patience);
  const { state = "new" } = await session?.stored() ?? {};
  if (!settings || !session || state === "new" || state === "logged_out") {
    throw nobodyThere(flags, baseUrlOf(world, flags, kept?.baseUrl), kept);
  }
  const { username } = settings;
  return { kind: settings.kind, username, source: "stored", session };
}

/** The error where no login is kept that fits: with the host, if it is not plainly the one that every command goes to. */
function nobodyThere({ baseUrl, profile }: SharedFlags, address: string, kept: Settings | undefined): CommandError {
  const isElsewhere = baseUrl !== undefined || (kept !== undefined && kept.baseUrl !== address);
  const named = [...(profile === "default" ? [] : ["--profile", profile]), ...(baseUrl ? ["--base-url", address] : [])];
  return notLoggedIn({
    ...(isElsewhere && { host: new URL(address).host }),
    flags: named.map((word) => ` ${inShell(word)}`).join(""),
  });
}

/** The session of a login that is kept: it renews, and never logs in. */
export async function openKept(
  world: World,
  profile: Profile,
  settings: Settings,
  patience?: Patience,
): Promise<Session> {
  return sessionOf(
    world,
    settings.baseUrl,
    strategyOf(world, settings),
    await profile.sessionPath(accountOf(settings)),
    patience,
  );
}

/** Makes the strategy of settings: with the password it logs in, without it it only renews. */
export function strategyOf(world: World, settings: Settings, password?: string): Strategy {
  const { kind, username, clientId, domain, audience, scope } = settings;
  const user = password === undefined ? { username } : { username, password };
  if (kind === "login") return login(user);
  if (!clientId) throw usageError("single sign-on", "XSIGNALS_CLIENT_ID is not set");
  return auth0({ ...user, clientId, clientSecret: variable(world, "CLIENT_SECRET"), domain, audience, scope });
}

/** Whether a kind of login has tokens to keep from run to run. */
export function isKeepable(kind: string): boolean {
  return ["login", "auth0", "client_credentials"].includes(kind);
}

/** What tells an account from every other one. */
export function accountOf({ kind, baseUrl, username, clientId = "", domain = "" }: Settings): readonly string[] {
  return [kind, baseUrl, username, clientId, domain];
}

/** Makes a session by the world's network and time. */
export function sessionOf(
  world: World,
  baseUrl: string,
  strategy: Strategy,
  path?: string,
  patience: Patience = {},
): Session {
  const { fetch, clock } = world;
  const store = path === undefined ? undefined : fileStore({ path, ...(clock && { clock }) });
  return createSession(
    {
      ...patience,
      strategy,
      baseUrl,
      ...(store && { store }),
      ...(fetch && { fetch }),
      ...(clock && { clock }),
    } satisfies SessionOptions,
  );
}

/** The API's address that flag or environment name, or the given one, or Xpansiv's own. */
export function baseUrlOf(world: World, flags: SharedFlags, kept?: string): string {
  const fromEnv = variable(world, "BASE_URL");
  const name = flags.baseUrl !== undefined ? "--base-url" : fromEnv !== undefined ? "XSIGNALS_BASE_URL" : "the login";
  const address = flags.baseUrl ?? fromEnv ?? kept ?? BASE_URL;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isPlain = url && url.username + url.password + url.search + url.hash === "";
  if (!isPlain || !/^https?:$/.test(url.protocol)) {
    throw usageError(name, `it must be an address such as ${BASE_URL}`);
  }
  if (url.protocol === "http:" && !/^(localhost|\[::1\]|127(\.\d+){3})$/.test(url.hostname)) {
    throw usageError(name, "it must begin with https://, or the credential would go out unencrypted");
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/** The kind of login that the environment has; `undefined` if it has none. */
function kindInEnvironment(world: World): string | undefined {
  const [said, password, token, key] = ["AUTH", "PASSWORD", "TOKEN", "API_KEY"].map((name) => variable(world, name));
  // A user name alone says which of the logins that are kept is meant.
  if ((said === undefined || said === "login" || said === "auth0") && password === undefined) {
    if (said !== undefined || !CREDENTIALS.some((name) => variable(world, name))) return undefined;
    if (!variable(world, "USERNAME")) return token ? "bearer" : key ? "apikey" : "login";
  }
  return said ?? "login";
}

async function loginOfEnvironment(
  world: World,
  flags: SharedFlags,
  profile: Profile | undefined,
  kind: string,
  instead: Settings | undefined,
  patience: Patience,
): Promise<Login> {
  const inferred = kind === "bearer" || kind === "apikey" ? kind : undefined;
  const get = (name: string) => name === "XSIGNALS_AUTH" ? variable(world, "AUTH") ?? inferred : world.env.get(name);
  const { strategy } = optionsFromEnv({ get: (name) => name === "XSIGNALS_BASE_URL" ? undefined : get(name) });
  const baseUrl = baseUrlOf(world, flags);
  const username = variable(world, "USERNAME");
  const domain = variable(world, "AUTH_DOMAIN");
  const clientId = variable(world, "CLIENT_ID");
  const account = kind === "client_credentials"
    ? [kind, baseUrl, clientId ?? "", variable(world, "TOKEN_URL") ?? ""]
    : accountOf({ kind: kind as Settings["kind"], baseUrl, username: username ?? "", clientId, domain });
  const unkept = isKeepable(kind)
    ? await profile?.tryOut().then(() => undefined, (error: Error) => error.message)
    : undefined;
  const path = isKeepable(kind) && unkept === undefined ? await profile?.sessionPath(account) : undefined;
  const session = sessionOf(world, baseUrl, strategy, path, patience);
  return { kind, username, source: "environment", instead, unkept, session };
}

/** The kept login that is meant: that of the user and the address which flags and environment name, if they do. */
function settingsInForce(world: World, flags: SharedFlags, kept: Settings | undefined): Settings | undefined {
  const username = variable(world, "USERNAME") ?? kept?.username;
  if (username === undefined) return undefined;
  const baseUrl = baseUrlOf(world, flags, kept?.baseUrl);
  const isKept = kept?.username === username && kept.baseUrl === baseUrl;
  return isKept ? kept : settingsFromEnvironment(world, baseUrl, username);
}

/** The settings that the environment has beside the password. */
export function settingsFromEnvironment(world: World, baseUrl: string, username: string, isSso?: boolean): Settings {
  if (!(isSso ?? variable(world, "AUTH") === "auth0")) return { kind: "login", baseUrl, username };
  return {
    kind: "auth0",
    baseUrl,
    username,
    clientId: variable(world, "CLIENT_ID"),
    domain: variable(world, "AUTH_DOMAIN"),
    audience: variable(world, "AUDIENCE"),
    scope: variable(world, "SCOPE"),
  };
}
