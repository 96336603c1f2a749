// What a command works with.
import { createData, type Data, type DataEvent } from "@xsignals/data";
import { usageError } from "./command_error.ts";
import { formOf, type SharedFlags } from "./flags.ts";
import { findLogin, type Login } from "./login_source.ts";
import { createOutput, type Output } from "./output.ts";
import { printableLines, wrapped } from "./printable.ts";
import type { World } from "./world.ts";

/** What a command works with: its flags, the world, and ways to the API and to the output. */
export interface Job {
  /** The outside world. */
  readonly world: World;
  /** The flags that every command has. */
  readonly flags: SharedFlags;
  /** Aborts when the user interrupts, or the time is over. */
  readonly signal: AbortSignal;
  /** Standard output. */
  readonly out: Output;
  /** A line on standard error, unless `--quiet` was given. */
  note(text: string): Promise<void>;
  /** The login in force; the same at each call. */
  login(): Promise<Login>;
  /** Files and time series, by the login in force. */
  data(onEvent?: (event: DataEvent) => void): Promise<Data>;
}

/** What a command prints: rows, one value, or bytes and text of its own. */
export type Prints = "rows" | "value";

/** Makes it. Sends nothing. */
export function createJob(world: World, flags: SharedFlags, signal: AbortSignal, prints: Prints): Job {
  const form = formOf(flags);
  if (prints === "value" && form && form !== "json") {
    throw usageError(`--${form}`, "the command prints no rows; --json is the form for programs");
  }
  let login: Promise<Login> | undefined;
  const job: Job = {
    world,
    flags,
    signal,
    out: createOutput(world.stdout, form),
    async note(text) {
      const lines = wrapped(printableLines(text), world.stderr);
      if (!flags.quiet) await world.stderr.write(new TextEncoder().encode(`${lines}\n`));
    },
    login: () =>
      login ??= findLogin(world, flags).then(async (found) => {
        if (found.unkept !== undefined) await job.note(`${found.unkept}, so each command logs in anew`);
        return found;
      }),
    async data(onEvent) {
      const { session } = await job.login();
      const { fetch, clock } = world;
      return createData(session, {
        ...(fetch && { linkFetch: fetch }),
        ...(clock && { clock }),
        ...(onEvent && { onEvent }),
      });
    },
  };
  return job;
}
