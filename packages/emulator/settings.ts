import type { Account } from "./accounts.ts";
import type { Auth0Algorithm } from "./keys.ts";
import type { LogEntry } from "./log.ts";
import type { HostKind } from "./operations.ts";
import type { EmulatorFile, EmulatorGroup, EmulatorOptions, EmulatorUser } from "./options.ts";
import { type Readings, readReadings } from "./readings.ts";
import { SAMPLE_FILES, SAMPLE_GROUPS } from "./sample_files.ts";
import { sleep } from "./sleep.ts";

/** The options, checked, with every default in place; `now` has the clock skew in it. */
export interface Settings {
  readonly users: readonly Account[];
  readonly clients: ReadonlyMap<string, string | null>;
  readonly apiKeys: ReadonlyMap<string, string>;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly origins: Readonly<Record<HostKind, readonly string[]>>;
  readonly asPrinted: boolean;
  readonly accessTokenLifetime: number;
  readonly auth0AccessTokenLifetime: number;
  readonly refreshTokenLifetime: number;
  readonly linkLifetime: number;
  readonly auth0Algorithm: Auth0Algorithm;
  readonly groups: readonly EmulatorGroup[];
  readonly files: readonly EmulatorFile[];
  readonly readings: Readings;
  readonly onAnswer: (entry: LogEntry) => void;
}

const HOUR = 3_600_000;

const ORIGINS = {
  api: ["https://api.xsignals.xpansiv.com", "https://api.data.xpansiv.com"],
  auth0: ["https://auth.xpansiv.com"],
  files: ["https://datalake-xpansivprod-ng.s3.amazonaws.com"],
};

/**
 * Checks options and fills in the defaults.
 *
 * @throws {TypeError} For an option that is unknown or wrong.
 */
export function readSettings(options: EmulatorOptions): Settings {
  const {
    users = { login: "password" },
    clients = { client: "secret" },
    apiKeys = {},
    now = Date.now,
    origins = {},
    asPrinted = false,
    accessTokenLifetime = HOUR,
    auth0AccessTokenLifetime = 24 * HOUR,
    refreshTokenLifetime = 30 * 24 * HOUR,
    linkLifetime = HOUR,
    auth0Algorithm = "RS256",
    groups,
    files,
    readings = {},
    onAnswer = () => {},
    ...rest
  } = options;
  const { sleep: wait = sleep, ...unknown } = rest;
  const [name] = Object.keys(unknown);
  must(name === undefined, String(name), "is no option");
  for (const [name, value] of Object.entries({ now, sleep: wait, onAnswer })) {
    must(typeof value === "function", name, "must be a function");
  }
  must(typeof asPrinted === "boolean", "asPrinted", "must be true or false");
  must(["RS256", "ES256", "HS256"].includes(auth0Algorithm), "auth0Algorithm", "must be RS256, ES256 or HS256");
  for (const [name, value] of Object.entries({ accessTokenLifetime, auth0AccessTokenLifetime, linkLifetime })) {
    must(
      Number.isSafeInteger(value) && value > 0 && value % 1000 === 0,
      name,
      "must be whole seconds, in milliseconds",
    );
  }
  must(
    Number.isSafeInteger(refreshTokenLifetime) && refreshTokenLifetime > 0,
    "refreshTokenLifetime",
    "must be milliseconds",
  );
  const chosen = readReadings(readings);
  return {
    users: Object.entries(users).map(([login, user]) => account(login, user)),
    clients: new Map(Object.entries(clients).map(([id, secret]) => client(id, secret))),
    apiKeys: new Map(
      Object.entries(apiKeys).map(([key, login]) => {
        must(/^\S+$/.test(key) && !key.includes(","), "apiKeys", "has a key that no header can carry");
        must(Object.hasOwn(users, login), "apiKeys", "has a login that is no user");
        return [key, login];
      }),
    ),
    now: () => now() + chosen.clockSkew,
    sleep: wait,
    origins: readOrigins({ ...ORIGINS, ...origins }),
    asPrinted,
    accessTokenLifetime,
    auth0AccessTokenLifetime,
    refreshTokenLifetime,
    linkLifetime,
    auth0Algorithm,
    groups: groups ?? (files ? [] : SAMPLE_GROUPS),
    files: files ?? (groups ? [] : SAMPLE_FILES),
    readings: chosen,
    onAnswer,
  };
}

function account(login: string, user: string | EmulatorUser): Account {
  const { password, auth0Password = password, ssoOnly = false, mfa = false, ...unknown } = typeof user === "string"
    ? { password: user }
    : user;
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  must(/^[^:\x00-\x1f\x7f]+$/.test(login), "users", "has a login that Basic can't carry");
  must([password, auth0Password].every((one) => typeof one === "string" && one !== ""), "users", "has no password");
  must(Object.keys(unknown).length === 0, "users", `has an unknown member ${Object.keys(unknown)[0]}`);
  return { login, password, auth0Password, ssoOnly, mfa, blocked: false, failures: 0 };
}

function client(id: string, secret: string | null): [string, string | null] {
  must(id !== "" && secret !== "" && (secret === null || typeof secret === "string"), "clients", "has no secret");
  return [id, secret];
}

function readOrigins(origins: Record<HostKind, readonly string[]>): Record<HostKind, readonly string[]> {
  const all: string[] = [];
  for (const [host, list] of Object.entries(origins)) {
    must(Object.hasOwn(ORIGINS, host), "origins", `has an unknown host ${host}`);
    must(Array.isArray(list) && list.length > 0, "origins", `must be a list for ${host}`);
    for (const origin of list) {
      must(URL.canParse(origin) && new URL(origin).origin === origin, "origins", `has no origin for ${host}`);
      must(!all.includes(origin), "origins", "has an origin twice");
      all.push(origin);
    }
  }
  return origins;
}

function must(holds: boolean, name: string, what: string): void {
  if (!holds) throw new TypeError(`Cannot make an emulator: ${name} ${what}`);
}
