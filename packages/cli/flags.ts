// The flags that every command has, and how their values are read.
import type { Command } from "commander";
import { usageError } from "./command_error.ts";

/** The flags that every command has. */
export interface SharedFlags {
  /** The API's address. */
  readonly baseUrl?: string;
  /** Under which name the login is kept. */
  readonly profile: string;
  /** How long the command may take, in milliseconds. */
  readonly timeout?: number;
  /** `false`: never asks. */
  readonly input: boolean;
  /** JSON lines. */
  readonly json?: true;
  /** CSV. */
  readonly csv?: true;
  /** A table. */
  readonly table?: true;
  /** No progress and no notes. */
  readonly quiet?: true;
}

/** The forms of output, by their flags. */
const FORMS = ["json", "csv", "table"] as const;

/** A form of output. */
export type Form = typeof FORMS[number];

/** The longest `--timeout`, in seconds: a timer measures no more. */
const MOST_SECONDS = 2_000_000;

/** Adds the shared flags to the program. */
export function addSharedFlags(program: Command): void {
  program
    .option("--base-url <ADDRESS>", "the API's address, for one that is not Xpansiv's own")
    .option("--profile <NAME>", "which login to use, if there are several", readProfile, "default")
    .option("--timeout <SECONDS>", "end after so many seconds", readSeconds)
    .option("--no-input", "never ask for anything")
    .option("--json", "print JSON, a value a line")
    .option("--csv", "print CSV")
    .option("--table", "print a table")
    .option("--quiet", "print no progress and no notes");
}

/** The one form of output that was asked for, if one was. */
export function formOf(flags: SharedFlags): Form | undefined {
  const [form, other] = FORMS.filter((one) => flags[one]);
  if (other) throw usageError(`--${form} with --${other}`, "choose one form of output");
  return form;
}

/** Reads the name of a profile, which becomes that of a folder. */
function readProfile(text: string): string {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(text) && !/^\.+$/.test(text)) return text;
  throw usageError("--profile", "it must be 1 to 64 letters, digits and ._- without other characters, not dots alone");
}

/** Reads a number of seconds, in milliseconds. */
function readSeconds(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= MOST_SECONDS) return Math.ceil(seconds * 1000);
  const most = MOST_SECONDS.toLocaleString("en-US");
  throw usageError("--timeout", `it must be a number of seconds above 0, ${most} at most, such as --timeout 30`);
}

/** Reads a whole number from 1 on. */
export function readCount(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text) && Number(text) > 0) return Number(text);
  throw usageError(name, `it must be a whole number from 1, such as ${name} 10`);
}

/** Reads a date or a time without a zone. */
export function readTime(name: string, text: string): string {
  const [, date, time = ""] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))?$/.exec(text) ?? [];
  const at = Date.parse(`${date}T${time.slice(0, 12) || "00:00"}Z`);
  if (date !== undefined && !Number.isNaN(at) && new Date(at).toISOString().startsWith(date)) return text;
  const why = /(Z|[+-]\d\d:?\d\d)$/i.test(text) && /\d:\d\d/.test(text)
    ? "; times are local and have no zone, as Z is one"
    : "";
  throw usageError(name, `it must be a date or a time such as 2024-03-01 or 2024-03-01T12:00:00${why}`);
}
