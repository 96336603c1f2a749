import { type Assumptions, readAssumptions } from "./assumptions.ts";
import { sleep } from "./network.ts";
import type { HostKind } from "./operations.ts";
import type { EmulatorOptions, EmulatorUser } from "./options.ts";
import { SAMPLE } from "./sample_data.ts";

/** A user with every member in place. */
export interface User extends Required<EmulatorUser> {
  readonly login: string;
}

/** The options, checked, with every default in place. `now` includes the clock skew. */
export interface Settings extends Required<Omit<EmulatorOptions, "users" | "clients" | "apiKeys" | "origins">> {
  readonly users: readonly User[];
  readonly clients: ReadonlyMap<string, string | null>;
  readonly apiKeys: ReadonlyMap<string, string>;
  readonly origins: Readonly<Record<HostKind, readonly string[]>>;
  readonly assumptions: Assumptions;
}

const HOUR = 3_600_000;

const ORIGINS = {
  api: ["https://api.xsignals.xpansiv.com", "https://api.data.xpansiv.com"],
  auth0: ["https://auth.xpansiv.com"],
  files: ["https://datalake-xpansivprod-ng.s3.amazonaws.com"],
};

/** The defaults; groups, files and series have one only together. */
const DEFAULTS: Required<EmulatorOptions> = {
  users: { login: "password" },
  clients: { client: "secret" },
  apiKeys: {},
  now: () => Date.now(),
  sleep,
  origins: ORIGINS,
  asPrinted: false,
  accessTokenLifetime: HOUR,
  auth0AccessTokenLifetime: 24 * HOUR,
  refreshTokenLifetime: 30 * 24 * HOUR,
  linkLifetime: HOUR,
  auth0Algorithm: "RS256",
  ...SAMPLE,
  assumptions: {},
  onAnswer: () => {},
  onResponse: () => {},
};

/**
 * Checks options and fills in the defaults.
 *
 * @throws {TypeError} For an option that is unknown or wrong.
 */
export function readSettings(options: EmulatorOptions): Settings {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(DEFAULTS, name));
  must(unknown === undefined, String(unknown), "is not an option");
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const all: Required<EmulatorOptions> = {
    ...DEFAULTS,
    ...(given.groups || given.files || given.series ? { groups: [], files: [], series: [] } : {}),
    ...given,
  };
  for (const name of ["now", "sleep", "onAnswer", "onResponse"] as const) {
    must(typeof all[name] === "function", name, "must be a function");
  }
  must(typeof all.asPrinted === "boolean", "asPrinted", "must be true or false");
  must(["RS256", "ES256", "HS256"].includes(all.auth0Algorithm), "auth0Algorithm", "must be RS256, ES256 or HS256");
  for (const name of ["accessTokenLifetime", "auth0AccessTokenLifetime", "linkLifetime"] as const) {
    must(isPositive(all[name]) && all[name] % 1000 === 0, name, "must be whole seconds, in milliseconds");
  }
  must(isPositive(all.refreshTokenLifetime), "refreshTokenLifetime", "must be milliseconds");
  const assumptions = readAssumptions(all.assumptions);
  return {
    ...all,
    users: Object.entries(all.users).map(([login, user]) => readUser(login, user)),
    clients: new Map(Object.entries(all.clients).map(([id, secret]) => readClient(id, secret))),
    apiKeys: new Map(
      Object.entries(all.apiKeys).map(([key, login]) => {
        must(/^\S+$/.test(key) && !key.includes(","), "apiKeys", "has a key that a header cannot carry");
        must(Object.hasOwn(all.users, login), "apiKeys", "has a login that is not a user's");
        return [key, login];
      }),
    ),
    now: () => all.now() + assumptions.clockSkew,
    origins: readOrigins({ ...ORIGINS, ...all.origins }),
    assumptions,
  };
}

function readUser(login: string, user: string | EmulatorUser): User {
  const { password, auth0Password = password, ssoOnly = false, mfa = false, ...unknown } = typeof user === "string"
    ? { password: user }
    : user;
  // deno-lint-ignore no-control-regex -- a login must not have control characters
  must(/^[^:\x00-\x1f\x7f]+$/.test(login), "users", "has a login that Basic cannot carry");
  must(
    [password, auth0Password].every((one) => typeof one === "string" && one !== ""),
    "users",
    "has a password that is not a non-empty string",
  );
  must(Object.keys(unknown).length === 0, "users", `has an unknown member ${Object.keys(unknown)[0]}`);
  return { login, password, auth0Password, ssoOnly, mfa };
}

function readClient(id: string, secret: string | null): [string, string | null] {
  must(id !== "", "clients", "has an empty id");
  must(secret === null || (typeof secret === "string" && secret !== ""), "clients", "has an empty secret");
  return [id, secret];
}

function readOrigins(origins: Record<HostKind, readonly string[]>): Record<HostKind, readonly string[]> {
  const all: string[] = [];
  for (const [host, list] of Object.entries(origins)) {
    must(Object.hasOwn(ORIGINS, host), "origins", `has an unknown host ${host}`);
    must(Array.isArray(list) && list.length > 0, "origins", `must have a non-empty list for ${host}`);
    for (const origin of list) {
      must(
        URL.canParse(origin) && new URL(origin).origin === origin,
        "origins",
        `has something that is not an origin for ${host}`,
      );
      must(!all.includes(origin), "origins", "has an origin twice");
      all.push(origin);
    }
  }
  return origins;
}

function isPositive(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

function must(holds: boolean, name: string, what: string): void {
  if (!holds) throw new TypeError(`Cannot make an emulator: ${name} ${what}`);
}
