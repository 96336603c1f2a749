// The errors that the command itself finds, and its exit codes.

/** The exit codes, a contract: 0 is done, and whoever interrupts gets 130. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  notLoggedIn: 4,
  someFailed: 5,
  tryLater: 75,
  interrupted: 130,
} as const;

/** What a {@link CommandError} may carry beside its code and message. */
export interface CommandErrorDetails {
  /** The exit code; 1 if left out. */
  readonly exit?: number;
  /** What to do. */
  readonly hint?: string;
  /** Whether the same command may succeed later. */
  readonly retryable?: boolean;
}

/** Why a command could not do its work, as far as the command itself found out. */
export class CommandError extends Error {
  /** `CommandError`. */
  override readonly name = "CommandError";
  /** What it is about, for programs. */
  readonly code: string;
  /** The exit code. */
  readonly exit: number;
  /** Whether the same command may succeed later. */
  readonly retryable: boolean;
  /** What to do. */
  declare readonly hint?: string;

  /** Makes the error; the message must not have a secret. */
  constructor(
    code: string,
    message: string,
    { exit = EXIT.failed, hint, retryable = false }: CommandErrorDetails = {},
  ) {
    super(message);
    this.code = code;
    this.exit = exit;
    this.retryable = retryable;
    if (hint !== undefined) this.hint = hint;
  }
}

/** The error of a wrong flag or argument: which, and how it should look. */
export function usageError(what: string, why: string): CommandError {
  return new CommandError("usage", `Cannot use ${what}: ${why}`, { exit: EXIT.usage });
}

/**
 * The error of a command that needs a login where there is none.
 *
 * @param where The flags that say which login is meant, and the host, as far as they say more than that there is none.
 */
export function notLoggedIn(
  { host, flags = "" }: { readonly host?: string; readonly flags?: string } = {},
): CommandError {
  const hint = `run xsignals login${flags}`;
  const message = `not logged in${host === undefined ? "" : ` at ${host}`}: ${hint}`;
  return new CommandError("login_required", message, { exit: EXIT.notLoggedIn, hint });
}
