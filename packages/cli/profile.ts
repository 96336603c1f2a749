// Where a profile's login is kept: the settings, which have no secret, and a session's file for each account.
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { CommandError, EXIT } from "./command_error.ts";
import { printable } from "./printable.ts";
import { whyOfSystem } from "./system_error.ts";
import type { World } from "./world.ts";

/** What is kept of a login, beside its tokens: nothing secret. */
export interface Settings {
  /** The kind of login. */
  readonly kind: "login" | "auth0";
  /** The API's address. */
  readonly baseUrl: string;
  /** The account's user name. */
  readonly username: string;
  /** With single sign-on: the client, and where it logs in. */
  readonly clientId?: string;
  /** Auth0's domain, if it is another than the vendor's. */
  readonly domain?: string;
  /** The API that the token is for, if it is another than the vendor's. */
  readonly audience?: string;
  /** The scopes, if there are any. */
  readonly scope?: string;
}

/** A profile's folder. */
export interface Profile {
  /** Its path. */
  readonly folder: string;
  /** The path of the session of an account, which these texts name. */
  sessionPath(account: readonly string[]): Promise<string>;
  /** Reads the settings; `undefined` if nobody has logged in. */
  read(): Promise<Settings | undefined>;
  /** Keeps the settings, for this user only. */
  write(settings: Settings): Promise<void>;
  /** Tries whether something can be kept there, which makes the folder. */
  tryOut(): Promise<void>;
  /** Forgets the settings. */
  forget(): Promise<void>;
}

/** The folder of a profile; `undefined` where there is no place for it, as in a container without `HOME`. */
export function openProfile({ env, home }: World, name: string): Profile | undefined {
  const isWhole = (path: string) => /^([/\\]|[A-Za-z]:)/.test(path); // a relative one is to be ignored
  const state = env.get("XDG_STATE_HOME") ?? "";
  const base = isWhole(state) ? state : home && isWhole(home) && `${home}/.local/state`;
  if (!base) return undefined;
  const folder = `${base.replace(/[/\\]+$/, "")}/xsignals/${name}`;
  const path = `${folder}/settings.json`;
  return {
    folder,
    async sessionPath(account) {
      const bytes = new TextEncoder().encode(JSON.stringify(account));
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).subarray(0, 8);
      return `${folder}/session-${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    },
    async read() {
      const text = await atPlace(path, async () => {
        return await readFile(path, "utf8").catch((error) => {
          if (error.code === "ENOENT") return undefined;
          throw error;
        });
      });
      return text === undefined ? undefined : readSettings(path, text);
    },
    async write(settings) {
      await atPlace(folder, async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await chmod(folder, 0o700);
        await writeFile(`${path}.new`, `${JSON.stringify(settings, undefined, 2)}\n`, { mode: 0o600 });
        await chmod(`${path}.new`, 0o600);
        await rename(`${path}.new`, path);
      });
    },
    tryOut: () =>
      atPlace(folder, async () => {
        const trial = `${folder}/trial-${crypto.randomUUID()}`;
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(trial, "\n", { mode: 0o600, flag: "wx" });
        await rm(trial);
      }),
    forget: () => atPlace(path, () => rm(path, { force: true })),
  };
}

/** The profile, where one is needed. */
export function requireProfile(world: World, name: string): Profile {
  const profile = openProfile(world, name);
  if (profile) return profile;
  throw new CommandError("store_failed", "Cannot keep a login: there is no folder for it", {
    hint: "set HOME or XDG_STATE_HOME to an absolute path",
    exit: EXIT.usage,
  });
}

function readSettings(path: string, text: string): Settings {
  const parsed = parseObject(text);
  const { kind, baseUrl, username } = parsed;
  const isWhole = (kind === "login" || kind === "auth0") && [baseUrl, username].every((one) => typeof one === "string");
  if (isWhole) return parsed as unknown as Settings;
  const message = `Cannot read the login that is kept: ${printable(path)} is damaged`;
  throw new CommandError("store_failed", message, { hint: "run xsignals login" });
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

async function atPlace<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new CommandError("store_failed", `Cannot keep the login in ${printable(path)}: ${whyOfSystem(error)}`);
  }
}
