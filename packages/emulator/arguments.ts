import { parseArgs } from "node:util";
import type { Arrival } from "./arrivals.ts";
import { describeAssumptions, readAssumptions } from "./assumptions.ts";
import { parseObject, readData } from "./data_file.ts";
import { checkFault, type Fault } from "./faults.ts";
import type { EmulatorOptions, EmulatorUser } from "./options.ts";
import { recentSample, SAMPLE } from "./sample_data.ts";

/** The content of the command line. */
export interface Arguments {
  readonly help: boolean;
  readonly port: number;
  /** Whether to print a line for every request. */
  readonly log: boolean;
  readonly options: EmulatorOptions;
  readonly faults: readonly Fault[];
  readonly arrivals: readonly Arrival[];
}

/** What the command line needs of the world. */
export interface Surroundings {
  /** Reads the text of a file. A `TypeError` says only what is wrong with it. */
  readonly readText: (path: string) => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The longest time that `setInterval` can wait is a little more. */
const MAX_SECONDS = 2_000_000;

const text = { type: "string" } as const;
const list = { type: "string", multiple: true, default: [] as string[] } as const;
const flag = { type: "boolean", default: false } as const;

/** Every option; `value` and `help` are for {@link usage}. */
const OPTIONS = {
  port: { ...text, value: "PORT", help: "the API's port, Auth0 and files at the next two; 8787, 0 for free ones" },
  user: { ...list, value: "LOGIN:PASSWORD", help: "a user, repeatable; login:password" },
  "sso-user": { ...list, value: "LOGIN:PASSWORD", help: "a user for Auth0 only, repeatable" },
  client: { ...list, value: "ID:SECRET", help: "an Auth0 client, repeatable, just ID for no secret; client:secret" },
  "api-key": { ...list, value: "LOGIN:KEY", help: "an API key of a user, repeatable" },
  "as-printed": { ...flag, value: "", help: "accept JSON under curl's form type, as the vendor's examples send it" },
  "access-token-lifetime": { ...text, value: "SECONDS", help: "of access tokens; 3600, Auth0's 86400" },
  "refresh-token-lifetime": { ...text, value: "SECONDS", help: "of refresh tokens; 2592000" },
  data: { ...text, value: "FILE", help: "groups, files and series as JSON, instead of the sample; see README.md" },
  recent: { ...flag, value: "", help: "let the sample end today instead of in March 2024" },
  arrive: { ...list, value: "GROUP=SECONDS", help: "a file comes into the group every so often, repeatable" },
  assume: {
    ...list,
    value: "NAME=VALUE",
    help: "how to behave where the documentation is silent, repeatable; see below",
  },
  assumptions: {
    ...text,
    value: "FILE",
    help: "the same from a JSON object, or from xsignals probe; --assume counts more",
  },
  fault: { ...list, value: "JSON", help: 'a fault, repeatable, such as {"operation":"authRefresh","status":503}' },
  log: { ...flag, value: "", help: "print a line for every request, without secrets" },
  help: { ...flag, value: "", help: "print this" },
};

/** The text that `--help` prints. */
export function usage(): string {
  const options = Object.entries(OPTIONS).map(([name, { value, help }]) =>
    `  ${`--${name} ${value}`.padEnd(34)}${help}`
  );
  const assumptions = describeAssumptions().map((line) => `  ${line}`);
  return [
    "Usage: deno task emulator [options]",
    "",
    ...options,
    "",
    "Each NAME of --assume and its values, the default first:",
    "",
    ...assumptions,
  ].join("\n");
}

/**
 * Reads the command line.
 *
 * @param args The arguments.
 * @param surroundings What it may need of the world.
 * @throws {TypeError} For an option that is unknown or wrong. The message never contains its value.
 */
export function readArguments(args: readonly string[], { readText, now }: Surroundings): Arguments {
  const values = parse(args);
  const users: [string, string | EmulatorUser][] = [
    ...values.user.map((one) => pair("--user", one)),
    ...values["sso-user"].map((one): [string, EmulatorUser] => {
      const [login, password] = pair("--sso-user", one);
      return [login, { password, ssoOnly: true }];
    }),
  ];
  const clients = values.client.map((one) => one.includes(":") ? pair("--client", one) : [one, null] as const);
  const apiKeys = values["api-key"].map((one) => pair("--api-key", one)).map(([login, key]) => [key, login] as const);
  const assumed = once("--assume", values.assume.map((one) => pair("--assume", one, "=")));
  const fromFile = inFile("--assumptions", values.assumptions, (path) => readAssumedFile(parseObject(readText(path))));
  reasoned("--assume", () => readAssumed(assumed));
  if (values.recent && values.data !== undefined) {
    throw wrong("--recent", "it is about the sample, and --data replaces that");
  }
  const data: Pick<EmulatorOptions, "groups" | "files" | "series"> =
    inFile("--data", values.data, (path) => readData(readText(path))) ??
      (values.recent ? recentSample(now()) : {});
  const groups = (data.groups ?? SAMPLE.groups).map(({ name }) => name);
  const accessTokenLifetime = seconds("--access-token-lifetime", values["access-token-lifetime"]);
  const { assumptions = {}, ...lifetimes } = fromFile ?? {};

  return {
    help: values.help,
    port: number("--port", values.port ?? "8787", 65_533),
    log: values.log,
    options: {
      users: users.length > 0 ? once("--user or --sso-user", users) : undefined,
      clients: clients.length > 0 ? once("--client", clients) : undefined,
      apiKeys: once("--api-key", apiKeys),
      asPrinted: values["as-printed"],
      ...lifetimes,
      ...(accessTokenLifetime === undefined ? {} : { accessTokenLifetime }),
      auth0AccessTokenLifetime: accessTokenLifetime,
      refreshTokenLifetime: seconds("--refresh-token-lifetime", values["refresh-token-lifetime"]),
      assumptions: { ...assumptions, ...assumed },
      ...data,
    },
    faults: values.fault.map(readFault),
    arrivals: readArrivals(values.arrive, groups),
  };
}

function readArrivals(texts: readonly string[], groups: readonly string[]): Arrival[] {
  const pairs = texts.map((text) => {
    const at = text.lastIndexOf("="); // A group's name may have one, too.
    const [group, digits] = [text.slice(0, at), text.slice(at + 1)];
    if (at < 1) throw wrong("--arrive", "it must be two parts with = between them");
    if (!/^\d+(\.\d+)?$/.test(digits) || Number(digits) < 0.001 || Number(digits) > MAX_SECONDS) {
      throw wrong("--arrive", `what comes after = must be a number of seconds from 0.001 to ${MAX_SECONDS}`);
    }
    if (!groups.includes(group)) throw wrong("--arrive", "there is no such group");
    return [group, Number(digits)] as const;
  });
  return Object.entries(once("--arrive", pairs)).map(([group, seconds]) => ({ group, seconds }));
}

/** The lifetimes in what `xsignals probe` has found, in seconds. */
const LIFETIMES = ["accessTokenLifetime", "linkLifetime"] as const;

/** Reads assumptions, or a file in which `xsignals probe` has written what it found, with those among its members. */
function readAssumedFile(given: Readonly<Record<string, unknown>>) {
  if (!Object.hasOwn(given, "probe")) return { assumptions: readAssumed(given) };
  if (given["probe"] !== 1) throw new TypeError("the file is of a probe of another version");
  const lifetimes = LIFETIMES.filter((name) => given[name] !== undefined).map((name) => {
    const value = Number(given[name]);
    if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`${name} must be whole seconds`);
    return [name, value * 1000] as const;
  });
  const assumptions = readAssumed(Object(given["assumptions"]));
  return { assumptions, ...Object.fromEntries(lifetimes) as { [K in typeof LIFETIMES[number]]?: number } };
}

/** Checks assumptions, which stay as they were given. */
function readAssumed(given: Readonly<Record<string, unknown>>): Record<string, string> {
  const odd = Object.entries(given).find(([, value]) => !["string", "number"].includes(typeof value));
  if (odd) throw new TypeError("the value of an assumption must be a string or a number");
  const texts = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
  readAssumptions(texts);
  return texts;
}

/** Reads a file that an option names; `undefined` without the option. */
function inFile<T>(name: string, path: string | undefined, read: (path: string) => T): T | undefined {
  return path === undefined ? undefined : reasoned(name, () => read(path));
}

/** Puts the name of an option before the reason of a `TypeError`. */
function reasoned<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw wrong(name, error.message.replace(/^Cannot assume /, "").replaceAll(/\s/g, " "));
  }
}

/** Words the parser's errors anew, because it quotes an argument that may be a secret. */
function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    const { code, message } = error as Error & { readonly code?: string };
    const [, name] = /'(-[\w-]+)/.exec(message) ?? [];
    if (!name || code === "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL") {
      throw wrong("an argument", "every argument must be an option or its value; --help lists the options");
    }
    if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") throw wrong(name, "it is not an option; --help lists the options");
    if (message.includes("does not take")) throw wrong(name, "it does not take a value");
    throw wrong(name, `its value is missing; write ${name}=VALUE if the value begins with -`);
  }
}

/** An object of the pairs, none of which may repeat a name. */
function once<T>(name: string, pairs: readonly (readonly [string, T])[]): Record<string, T> {
  const all = Object.fromEntries(pairs);
  if (Object.keys(all).length < pairs.length) throw wrong(name, "the same name is given twice");
  return all;
}

function pair(name: string, text: string, separator = ":"): [string, string] {
  const at = text.indexOf(separator);
  if (at < 1 || at === text.length - 1) throw wrong(name, `it must be two parts with ${separator} between them`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function number(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) throw wrong(name, `it must be a whole number from 0 to ${max}`);
  return value;
}

function seconds(name: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : number(name, text, 1_000_000_000) * 1000;
}

function readFault(text: string): Fault {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null) throw wrong("--fault", "it must be a JSON object");
  checkFault(value);
  return value;
}

/** Undefined if the text is not JSON, because a SyntaxError quotes the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wrong(name: string, why: string): TypeError {
  return new TypeError(`Cannot use ${name}: ${why}`);
}
