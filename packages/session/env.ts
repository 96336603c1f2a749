/**
 * A session's strategy and base URL from environment variables.
 *
 * @module
 */
import { defined, describeError, SessionError } from "./errors.ts";
import { parseAddress, type SessionOptions } from "./options.ts";
import { assertion } from "./strategies/assertion.ts";
import { auth0 } from "./strategies/auth0.ts";
import { basic } from "./strategies/basic.ts";
import { apiKey, bearer } from "./strategies/bearer.ts";
import { clientCredentials } from "./strategies/client_credentials.ts";
import { login } from "./strategies/login.ts";
import type { Strategy } from "./types.ts";

/** Where variables are read from: `Deno.env`, a `Map`, or anything with a `get`. */
export interface Env {
  /** The variable's value; `undefined` if it is not set. */
  get(name: string): string | undefined;
}

/** What {@link optionsFromEnv} makes. Spread it into the options of `createSession`. */
export type EnvOptions = Pick<SessionOptions, "strategy"> & { readonly baseUrl?: string };

/** The official Python SDK's names of variables, by ours without their prefix. */
const LEGACY_NAMES: { readonly [name in Name]?: string } = {
  USERNAME: "LOGIN",
  PASSWORD: "PASSWORD",
  TOKEN: "NG_API_AUTHTOKEN",
  API_KEY: "NG_API_KEY",
  CLIENT_ID: "CLIENT_ID",
  CLIENT_SECRET: "CLIENT_SECRET",
  BASE_URL: "NG_API_ENDPOINT",
};

type Client = "CLIENT_ID" | "CLIENT_SECRET" | "AUTH_DOMAIN" | "AUDIENCE" | "SCOPE" | "TOKEN_URL" | "ASSERTION_FILE";
type Name = "USERNAME" | "PASSWORD" | "TOKEN" | "API_KEY" | "BASE_URL" | Client;
type Read<T> = (name: Name) => T;

/** Which variables a kind takes, and how to make its strategy of them. */
interface Kind {
  readonly takes: readonly Name[];
  readonly make: (need: Read<string>, get: Read<string | undefined>) => Strategy;
  /** What it is for, if its name does not say it. */
  readonly word?: string;
}

const user = (need: Read<string>) => ({ username: need("USERNAME"), password: need("PASSWORD") });
const client = <T>(need: Read<string>, get: Read<T>) => ({
  clientId: need("CLIENT_ID"),
  clientSecret: get("CLIENT_SECRET"),
});

const KINDS: Readonly<Record<string, Kind>> = {
  login: { takes: ["USERNAME", "PASSWORD"], make: (need) => login(user(need)) },
  basic: { takes: ["USERNAME", "PASSWORD"], make: (need) => basic(user(need)) },
  auth0: {
    takes: ["USERNAME", "PASSWORD", "CLIENT_ID", "CLIENT_SECRET", "AUTH_DOMAIN", "AUDIENCE", "SCOPE"],
    make(need, get) {
      const more = { domain: get("AUTH_DOMAIN"), audience: get("AUDIENCE"), scope: get("SCOPE") };
      return auth0({ ...user(need), ...client(need, get), ...more });
    },
    word: "single sign-on",
  },
  bearer: { takes: ["TOKEN"], make: (need) => bearer(need("TOKEN")) },
  apikey: { takes: ["API_KEY"], make: (need) => apiKey(need("API_KEY")) },
  client_credentials: {
    takes: ["TOKEN_URL", "CLIENT_ID", "CLIENT_SECRET"],
    make: (need) => clientCredentials({ tokenUrl: need("TOKEN_URL"), ...client(need, need) }),
    word: "gateway",
  },
  assertion: {
    takes: ["TOKEN_URL", "ASSERTION_FILE"],
    make: (need) =>
      assertion({ tokenUrl: need("TOKEN_URL"), assertion: readAssertion.bind(null, need("ASSERTION_FILE")) }),
    word: "gateway that trusts the platform",
  },
};

/** Reads the file, by a module that is asked for at run time: programs for browsers can be built without it. */
async function readAssertion(path: string): Promise<string> {
  try {
    const { open } = Reflect.get(globalThis, "process").getBuiltinModule("node:fs/promises");
    const file = await open(path);
    const { bytesRead, buffer } = await file.read(new Uint8Array(16_385)).finally(() => file.close());
    if (bytesRead > 16_384) throw new RangeError();
    return new TextDecoder().decode(buffer.subarray(0, bytesRead)).trim();
  } catch (error) {
    const why = error instanceof RangeError ? "it has over 16 KiB" : describeError(error);
    const message = `Cannot read the assertion in ${path}: ${why} (from XSIGNALS_ASSERTION_FILE)`;
    throw new SessionError("unreachable", message, { sent: false });
  }
}

/**
 * Reads a session's options from environment variables.
 *
 * Use it if an operator configures the program. Not to pick up whatever happens to be set: a variable that is missing, or that
 * contradicts another one, is an error that names it. An empty variable counts as not set.
 *
 * `XSIGNALS_AUTH` says how to authenticate: `login` (the default), `basic`, `auth0`, `bearer`, `apikey`,
 * `client_credentials` (the gateway or the token app) or `assertion` (a gateway that trusts the platform). With it go
 * `XSIGNALS_USERNAME`, `_PASSWORD`, `_TOKEN`, `_API_KEY`, `_CLIENT_ID`, `_CLIENT_SECRET`, `_BASE_URL`, `_AUTH_DOMAIN`,
 * `_AUDIENCE`, `_SCOPE`, `_TOKEN_URL`, `_ASSERTION_FILE`. No other name is read. The file that the last one names is read
 * before each token call, 16 KiB of it at most.
 *
 * @param env Where to read them.
 * @param options `legacy: true` also reads the official Python SDK's `LOGIN`, `PASSWORD`, `NG_API_ENDPOINT`,
 *   `NG_API_AUTHTOKEN`, `NG_API_KEY`, `CLIENT_ID` and `CLIENT_SECRET`, in that SDK's order: token, key, SSO, password.
 * @returns Options for `createSession`.
 * @throws {TypeError} If a variable is missing, wrong or contradicts another one. The message names it and quotes no value.
 *
 * @example
 * ```ts
 * import { optionsFromEnv } from "@xsignals/session/env";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => optionsFromEnv(new Map([["XSIGNALS_USERNAME", "login"]])), TypeError, "XSIGNALS_PASSWORD");
 * ```
 */
export function optionsFromEnv(env: Env, options: { readonly legacy?: boolean } = {}): EnvOptions {
  const vars = openVariables(env, options.legacy ?? false);
  const { kind, because } = readKind(env, vars);
  const { takes, make } = KINDS[kind]!;
  refuseStrays(env, kind, because);
  const baseUrl = vars.get("BASE_URL");
  if (baseUrl !== undefined) parseAddress(vars.nameOf("BASE_URL"), baseUrl);
  const given = takes.filter((name) => vars.get(name) !== undefined);
  const need = (name: Name) => {
    const value = vars.get(name);
    if (value === undefined) throw new TypeError(`Cannot use ${kind}: ${vars.nameOf(name)} is not set`);
    return value;
  };
  try {
    return defined({ strategy: make(need, vars.get), baseUrl });
  } catch (error) {
    if (!(error instanceof TypeError) || error.message.endsWith(" is not set")) throw error;
    // Says which variables an error about an option means.
    const letters = (text: string) => text.toLowerCase().replace(/[^a-z]/g, "");
    const [, option = ""] = /^Cannot use (?:the )?([\w ]+):/.exec(error.message) ?? [];
    const named = given.filter((name) => letters(name).endsWith(letters(option)));
    const names = (named.length === 1 ? named : given).map(vars.nameOf);
    throw new TypeError(`${error.message} (from ${names.join(", ")})`);
  }
}

/** The variables, each under its own name or the Python SDK's. */
function openVariables(env: Env, legacy: boolean) {
  const own = (name: Name) => env.get(`XSIGNALS_${name}`) || undefined;
  const old = (name: Name) => {
    const value = legacy && LEGACY_NAMES[name] ? env.get(LEGACY_NAMES[name]) || undefined : undefined;
    return value === "None" || value === "False" ? undefined : value; // the SDK takes these words as nothing
  };
  const isOld = (name: Name) => own(name) === undefined && old(name) !== undefined;
  return {
    get(name: Name): string | undefined {
      const [mine, theirs] = [own(name), old(name)];
      if (mine === undefined || theirs === undefined || mine === theirs) return mine ?? theirs;
      throw new TypeError(`Cannot use XSIGNALS_${name} and ${LEGACY_NAMES[name]}: they differ`);
    },
    isOld,
    nameOf: (name: Name) => (isOld(name) && LEGACY_NAMES[name]) || `XSIGNALS_${name}`,
  };
}

/** The kind, and which variable says so. */
function readKind(env: Env, { get, isOld }: ReturnType<typeof openVariables>): { kind: string; because?: string } {
  const said = env.get("XSIGNALS_AUTH");
  if (said && Object.hasOwn(KINDS, said)) return { kind: said, because: "XSIGNALS_AUTH" };
  if (said) throw new TypeError(`Cannot use XSIGNALS_AUTH: it must be one of ${Object.keys(KINDS).join(", ")}`);
  if (isOld("TOKEN")) return { kind: "bearer", because: "NG_API_AUTHTOKEN" };
  if (isOld("API_KEY")) return { kind: "apikey", because: "NG_API_KEY" };
  if (!isOld("CLIENT_ID") && !isOld("CLIENT_SECRET")) return { kind: "login" };
  const missing = (["CLIENT_ID", "CLIENT_SECRET"] as const).find((name) => get(name) === undefined);
  if (missing === undefined) return { kind: "auth0", because: "CLIENT_ID" };
  throw new TypeError(`Cannot use the other half of the SDK's client: ${missing} is not set`);
}

/** A variable of another kind is a mistake: nobody sets a credential to have it ignored. */
function refuseStrays(env: Env, kind: string, because?: string): void {
  const all = Object.values(KINDS).flatMap(({ takes }) => takes);
  const stray = all.find((name) => !KINDS[kind]!.takes.includes(name) && env.get(`XSIGNALS_${name}`));
  if (!stray) return;
  if (because) throw new TypeError(`Cannot use XSIGNALS_${stray}: ${because} means ${kind}, which does not take it`);
  const takers = Object.entries(KINDS).filter(([, { takes }]) => takes.includes(stray));
  const words = takers.map(([name, { word }]) => word ? `${name} (${word})` : name).join(" or ");
  throw new TypeError(
    `Cannot choose a strategy: XSIGNALS_${stray} is set but XSIGNALS_AUTH is not: set it to ${words}`,
  );
}
