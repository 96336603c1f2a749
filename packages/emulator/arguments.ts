import { parseArgs } from "node:util";
import { createFaults, type Fault } from "./faults.ts";
import type { EmulatorOptions, EmulatorUser } from "./options.ts";

/** What the command line asks for. */
export interface Arguments {
  readonly help: boolean;
  readonly port: number;
  /** Whether to print a line for every request. */
  readonly log: boolean;
  readonly options: EmulatorOptions;
  readonly faults: readonly Fault[];
}

/** What `--help` prints. */
export const USAGE = `Usage: main.ts [flags]

  --port PORT                       the API's port, Auth0 and files at the next two; 8787, 0 for free ones
  --user LOGIN:PASSWORD             a user, repeatable; login:password
  --sso-user LOGIN:PASSWORD         a user for Auth0 only, repeatable
  --client ID:SECRET                an Auth0 client, repeatable, without a colon one that has no secret; client:secret
  --api-key LOGIN:KEY               an API key of a user, repeatable
  --as-printed                      take JSON under curl's form type, as the vendor's examples send it
  --access-token-lifetime SECONDS   of both servers' access tokens; 3600, of Auth0's 86400
  --refresh-token-lifetime SECONDS  of both servers' refresh tokens; 2592000
  --reading NAME=VALUE              how to behave where the documentation is silent, repeatable
  --fault JSON                      something to go wrong, repeatable, such as {"operation":"authRefresh","status":503}
  --log                             print a line for every request, without secrets
  --help                            print this`;

/**
 * Reads the command line.
 *
 * @throws {TypeError} For a flag that is unknown or wrong; names the flag, never its value.
 */
export function readArguments(args: readonly string[]): Arguments {
  const flags = parse(args);
  const users: [string, string | EmulatorUser][] = [
    ...flags.user.map((text) => pair("--user", text)),
    ...flags["sso-user"].map((text): [string, EmulatorUser] => {
      const [login, password] = pair("--sso-user", text);
      return [login, { password, ssoOnly: true }];
    }),
  ];
  const clients = flags.client.map((text) => text.includes(":") ? pair("--client", text) : [text, null] as const);
  const apiKeys = flags["api-key"].map((text) => {
    const [login, key] = pair("--api-key", text);
    return [key, login] as const;
  });
  const readings = flags.reading.map((text) => pair("--reading", text, "="));
  const accessTokenLifetime = seconds("--access-token-lifetime", flags["access-token-lifetime"]);

  return {
    help: flags.help,
    port: number("--port", flags.port, 65_533),
    log: flags.log,
    options: {
      users: users.length > 0 ? once("--user or --sso-user", users) : undefined,
      clients: clients.length > 0 ? once("--client", clients) : undefined,
      apiKeys: once("--api-key", apiKeys),
      asPrinted: flags["as-printed"],
      accessTokenLifetime,
      auth0AccessTokenLifetime: accessTokenLifetime,
      refreshTokenLifetime: seconds("--refresh-token-lifetime", flags["refresh-token-lifetime"]),
      readings: once("--reading", readings),
    },
    faults: flags.fault.map(fault),
  };
}

const list = { type: "string", multiple: true, default: [] as string[] } as const;
const flag = { type: "boolean", default: false } as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: withNegatives(args),
      options: {
        port: { type: "string", default: "8787" },
        user: list,
        "sso-user": list,
        client: list,
        "api-key": list,
        "as-printed": flag,
        "access-token-lifetime": { type: "string" },
        "refresh-token-lifetime": { type: "string" },
        reading: list,
        fault: list,
        log: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    const [, name] = /'(-[\w-]+)/.exec(error instanceof Error ? error.message : "") ?? [];
    throw new TypeError(
      name ? `Cannot use ${name}: it is unknown or its value is missing` : "Cannot use an argument that is no flag",
    );
  }
}

/** `--port -1` as `--port=-1`: a number is no flag, and is to be told as what is wrong. */
function withNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if (before !== undefined && /^-\d/.test(arg) && /^--[\w-]+$/.test(before)) {
      joined[joined.length - 1] = `${before}=${arg}`;
    } else joined.push(arg);
  }
  return joined;
}

/** An object of the pairs, none of which may say again what another said. */
function once<T>(name: string, pairs: readonly (readonly [string, T])[]): Record<string, T> {
  if (new Set(pairs.map(([first]) => first)).size < pairs.length) {
    throw new TypeError(`Cannot use ${name}: the same is given twice`);
  }
  return Object.fromEntries(pairs);
}

function pair(name: string, text: string, separator = ":"): [string, string] {
  const at = text.indexOf(separator);
  if (at < 1 || at === text.length - 1) {
    throw new TypeError(`Cannot use ${name}: it must be two parts with ${separator} between`);
  }
  return [text.slice(0, at), text.slice(at + 1)];
}

function number(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) {
    throw new TypeError(`Cannot use ${name}: it must be a whole number, ${max} at most`);
  }
  return value;
}

function seconds(name: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : number(name, text, 1_000_000_000) * 1000;
}

function fault(text: string): Fault {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) {
      createFaults().add(value);
      return value;
    }
  } catch (error) {
    if (error instanceof TypeError) throw error;
    // A SyntaxError quotes the text, which is not to be printed.
  }
  throw new TypeError("Cannot use --fault: it must be a JSON object");
}
