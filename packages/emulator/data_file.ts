import { madeContent } from "./content.ts";
import type { EmulatorFile, EmulatorGroup, EmulatorOptions, EmulatorSeries } from "./options.ts";
import { addSeries } from "./series.ts";
import { readSettings } from "./settings.ts";
import { createState } from "./state.ts";

/** The largest file that an option may name, in bytes. */
const MAX_FILE = 16 * 2 ** 20;

/** What is wrong with a value, and where; `undefined` if nothing is. */
type Check = (value: unknown, path: string) => string | undefined;

const text = check("a non-empty string", (value) => typeof value === "string" && value !== "");
const anyText = check("a string", (value) => typeof value === "string");
const count = check("a whole number from 0", (value) => Number.isSafeInteger(value) && Number(value) >= 0);
const number = check("a number", (value) => typeof value === "number");
const flag = check("true or false", (value) => typeof value === "boolean");
const cell = check("a string, a number or null", (value) => value === null || /string|number/.test(typeof value));
const access = check("some of R, W and S", (value) => typeof value === "string" && /^[RWS]*$/.test(value));
const time = check(
  "a time without a zone, such as 2018-01-01T12:00:00",
  (value) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/.test(String(value)) && !Number.isNaN(Date.parse(`${String(value)}Z`)),
);

const GROUP = members({ name: text }, {
  description: anyText,
  access,
  fields: list(members({ name: text, type: text }, { defaultValue: () => undefined })),
  symbols: flag,
  createTime: number,
});

const FILE = members({ fileName: text, groupName: text }, {
  content: anyText,
  size: count,
  fid: text,
  fileType: text,
  fields: mapOf(() => undefined),
  arrivalTime: time,
  owner: anyText,
});

const SERIES = members({
  groupName: text,
  keys: list(text),
  columns: list(text),
  rows: list(members({ symbols: mapOf(anyText), date: text, values: mapOf(cell) }, { inserted: text })),
}, {});

const DATA = members({}, { groups: list(GROUP), files: list(FILE), series: list(SERIES) });

/**
 * Reads the text of a file that an option names.
 *
 * @throws {TypeError} If there is none, it is too large or not UTF-8; the message is only the reason.
 * @throws {Error} If the permission is missing.
 */
export function readText(path: string): string {
  if (Deno.permissions.requestSync({ name: "read", path }).state !== "granted") {
    throw new Error("Cannot read the file of an option: run with --allow-read");
  }
  const bytes = new Uint8Array(MAX_FILE + 1);
  let size = 0;
  try {
    const file = Deno.openSync(path);
    try {
      for (let read = 1; read > 0 && size < bytes.length; size += read) read = file.readSync(bytes.subarray(size)) ?? 0;
    } finally {
      file.close();
    }
  } catch (error) {
    throw new TypeError(error instanceof Deno.errors.NotFound ? "there is no such file" : "the file cannot be read");
  }
  if (size > MAX_FILE) throw new TypeError(`the file is larger than ${MAX_FILE / 2 ** 20} MiB`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, size));
  } catch {
    throw new TypeError("the file is not UTF-8");
  }
}

/** A file of {@link readData}: `size` in place of `content` has it made. */
type GivenFile = Omit<EmulatorFile, "content"> & { readonly content?: string; readonly size?: number };

/**
 * Reads groups, files and series from JSON, in the form of {@link EmulatorOptions}. Content is text, or a file has `size`
 * in its place and {@link madeContent}.
 *
 * @throws {TypeError} If it is not JSON or something in it is wrong; the message is only the reason, with the path.
 */
export function readData(json: string): Required<Pick<EmulatorOptions, "groups" | "files" | "series">> {
  const value = parseObject(json);
  fail(DATA(value, ""));
  const { groups = [], files = [], series = [] } = value as {
    readonly groups?: readonly EmulatorGroup[];
    readonly files?: readonly GivenFile[];
    readonly series?: readonly EmulatorSeries[];
  };
  const names = groups.map(({ name }) => name);
  fail(twice(names, (at) => `groups[${at}].name is the name of an earlier group`));
  const fids = files.map(({ fid }) => fid);
  fail(twice(fids, (at) => `files[${at}].fid is the id of an earlier file`));
  for (const [member, all] of Object.entries({ files, series })) {
    const at = all.findIndex(({ groupName }) => !names.includes(groupName));
    fail(at < 0 ? undefined : `${member}[${at}].groupName is not the name of one of the groups`);
  }
  const state = createState(readSettings({}));
  for (const [at, one] of series.entries()) {
    try {
      addSeries(state, one);
    } catch (error) {
      throw new TypeError(`series[${at}]: ${String(Object(error).message).replace(/^Cannot add the series: /, "")}`);
    }
  }
  return { groups, files: files.map(readFile), series };
}

/**
 * The object in JSON.
 *
 * @throws {TypeError} If it is not JSON, or not an object; the message never quotes it.
 */
export function parseObject(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new TypeError("it is not JSON");
  }
  if (isObject(value)) return value;
  throw new TypeError("it must be a JSON object");
}

function readFile({ size, content, ...file }: GivenFile, at: number): EmulatorFile {
  if ((content === undefined) === (size === undefined)) {
    throw new TypeError(`files[${at}] must have either content or size`);
  }
  return { ...file, content: content ?? madeContent(size!) };
}

function check(what: string, holds: (value: unknown) => boolean): Check {
  return (value, path) => holds(value) ? undefined : `${path} must be ${what}`;
}

/** An object with all of the required members and any of the others. */
function members(required: Readonly<Record<string, Check>>, others: Readonly<Record<string, Check>>): Check {
  const all = { ...required, ...others };
  return (value, path) => {
    if (!isObject(value)) return `${path} must be an object`;
    const at = (name: string) => path === "" ? name : `${path}.${name}`;
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(all, name));
    if (unknown !== undefined) {
      return `${at(printable(unknown))} is not a member; the members are ${Object.keys(all).join(", ")}`;
    }
    const missing = Object.keys(required).find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) return `${at(missing)} is missing`;
    return first(Object.entries(value), ([name, one]) => all[name]!(one, at(name)));
  };
}

function list(item: Check): Check {
  return (value, path) =>
    Array.isArray(value)
      ? first([...value.entries()], ([at, one]) => item(one, `${path}[${at}]`))
      : `${path} must be a list`;
}

/** An object with any names. */
function mapOf(item: Check): Check {
  return (value, path) =>
    isObject(value)
      ? first(Object.entries(value), ([name, one]) => item(one, `${path}[${JSON.stringify(printable(name))}]`))
      : `${path} must be an object`;
}

function first<T>(items: readonly T[], wrong: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = wrong(item);
    if (found !== undefined) return found;
  }
}

function twice(texts: readonly (string | undefined)[], what: (at: number) => string): string | undefined {
  const seen = new Set<string>();
  return first([...texts.entries()], ([at, one]) => {
    if (one === undefined) return undefined;
    return seen.has(one) ? what(at) : void seen.add(one);
  });
}

function fail(wrong: string | undefined): void {
  if (wrong !== undefined) throw new TypeError(wrong);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A name that fits into one line. */
function printable(name: string): string {
  return name.slice(0, 40).replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "?");
}
