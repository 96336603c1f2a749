// What went wrong, as an exit code, as a line for people and as one for programs.
import { DataError } from "@xsignals/data";
import { SessionError, type SessionErrorCode } from "@xsignals/session";
import { CommandError, EXIT, notLoggedIn } from "./command_error.ts";
import { jsonLine, printable, wrapped } from "./printable.ts";
import { blamingProxy } from "./proxy.ts";
import type { World } from "./world.ts";

/** A failure as programs get it, and the exit code. */
export interface Failure {
  /** What it is about: a code of the command, of `DataErrorCode` or of `SessionErrorCode`. */
  readonly code: string;
  /** What could not be done, and why: in one line, without a secret. */
  readonly message: string;
  /** What to do, if more can be said than the message says. */
  readonly hint: string | null;
  /** Whether the same command may succeed later. */
  readonly retryable: boolean;
  /** When to try again, in ISO 8601, if that is known. */
  readonly retryAt: string | null;
  /** The exit code. */
  readonly exit: number;
}

const OF_LOGIN: readonly SessionErrorCode[] = ["credentials_rejected", "login_required", "mfa_required", "blocked"];

/** What to do about failures, by their codes. */
const HINTS: Readonly<Record<string, string>> = {
  bad_symbol: "xsignals symbols lists the keys and the columns of a group",
  credentials_rejected:
    "check the credentials, as typed or in the environment: XSIGNALS_USERNAME and XSIGNALS_PASSWORD, " +
    "or those that XSIGNALS_AUTH needs",
  listing_limit: "use --since",
  store_failed: "XDG_STATE_HOME can name another folder for logins",
  unknown_path: "check --base-url or XSIGNALS_BASE_URL",
};

/** Tells a failure from an error. An error of nobody's making is named by its class alone: its text may have a secret. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommandError) return make(error, error.exit);
  if (error instanceof SessionError) {
    if (error.code === "login_required") return make(notLoggedIn(), EXIT.notLoggedIn);
    if (error.code === "store_failed") {
      return make({ code: error.code, message: error.message, retryable: false }, EXIT.failed); // not by itself
    }
    return make(error, OF_LOGIN.includes(error.code) ? EXIT.notLoggedIn : exitOf(error));
  }
  if (error instanceof DataError) {
    if (error.code === "not_found" || error.code === "gone") return make(error, EXIT.notFound);
    return make(error, error.status === 401 ? EXIT.notLoggedIn : exitOf(error));
  }
  // What the libraries say of a wrong argument; the engine's own "Cannot read properties of …" has no colon.
  if (error instanceof TypeError && /^Cannot [^:]+: /.test(error.message)) {
    return make({ code: "usage", message: error.message, retryable: false }, EXIT.usage);
  }
  const [, kind, what] = /^Requires (\w+) access to "([\w.:*-]{1,100})"/.exec(Object(error).message) ?? [];
  if (Object(error).name === "NotCapable" && kind) {
    const message = `Cannot go on: run the program with --allow-${kind}=${what}`;
    return make({ code: "not_permitted", message, retryable: false }, EXIT.failed);
  }
  const name = error instanceof Error ? /^[A-Za-z]{1,40}$/.exec(error.name)?.[0] ?? "Error" : typeof error;
  const message = `Cannot go on: an error that the command does not know (${name})`;
  return make({ code: "unexpected", message, retryable: false }, EXIT.failed);
}

/** The line for people. */
function textOf({ message, hint }: Failure): string {
  return hint === null || message.includes(hint) ? message : `${message}; ${hint}`;
}

/** The value for programs. */
function jsonOf({ exit: _, ...failure }: Failure): { readonly error: Omit<Failure, "exit"> } {
  return { error: failure };
}

/** Writes a failure to standard error: one line, but on a terminal that is narrower. */
export async function tell(world: World, error: unknown, isJson: boolean): Promise<Failure> {
  const found = failureOf(error);
  const [origin] = /https?:\/\/[\w.:[\]-]*[\w\]]/.exec(found.message) ?? [];
  const failure = origin && URL.canParse(origin)
    ? { ...found, message: blamingProxy(world, new URL(origin), found.message) }
    : found;
  const text = isJson ? jsonLine(jsonOf(failure)) : wrapped(textOf(failure), world.stderr);
  await world.stderr.write(new TextEncoder().encode(`${text}\n`)).catch(() => {}); // nobody reads it
  return failure;
}

function exitOf({ retryable }: { readonly retryable: boolean }): number {
  return retryable ? EXIT.tryLater : EXIT.failed;
}

interface Told {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly hint?: string;
  readonly retryAt?: number;
}

function make({ code, message, retryable, hint, retryAt }: Told, exit: number): Failure {
  return {
    code,
    message: printable(message.replaceAll("say overwrite: true", "use --overwrite")),
    hint: hint ?? HINTS[code] ?? null,
    retryable,
    retryAt: retryAt === undefined ? null : new Date(retryAt).toISOString(),
    exit,
  };
}
