// The command line: what commander reads of it, and its errors in the project's words.
import { Command, type CommanderError } from "commander";
import { type CommandError, EXIT, usageError } from "./command_error.ts";
import { addSharedFlags, type SharedFlags } from "./flags.ts";
import { createJob, type Job, type Prints } from "./job.ts";
import type { World } from "./world.ts";

/** What a command does beside its arguments and flags. */
export interface About {
  /** What it prints. */
  readonly prints: Prints;
  /** Two ways to call it, for `--help`. */
  readonly examples: readonly [string, string];
  /** Whether `--timeout` is about each of its steps, and not about the whole. */
  readonly timesItself?: true;
}

/** Adds a command's work: it gets the job, the command's own flags and its arguments, and returns an exit code if not 0. */
export type Does = <Flags extends object, Args extends unknown[]>(
  command: Command,
  about: About,
  work: (job: Job, flags: Flags, ...args: Args) => Promise<number | void>,
) => void;

/** Adds a command to the program. */
export type AddCommand = (program: Command, does: Does) => void;

/** Reads the command line and does what it says. Resolves with the exit code. */
export async function runCommandLine(
  argv: readonly string[],
  world: World,
  commands: readonly AddCommand[],
  version: string,
  begin: (flags: SharedFlags) => AbortSignal,
): Promise<number> {
  let exit: number = EXIT.done;
  let pending = "";
  const program = new Command("xsignals")
    .description("Files and time series of Xpansiv's XSignals API. Unofficial: not affiliated with Xpansiv.")
    .version(version, "--version", "print the version")
    .helpOption("--help", "print this")
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => pending += text,
      writeErr: () => {}, // its errors are thrown, and worded below
      getOutHelpWidth: () => world.stdout.columns ?? 100,
      getErrHelpWidth: () => 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride();
  addSharedFlags(program);
  const does: Does = (command, { prints, examples, timesItself }, work) => {
    command.addHelpText("after", `\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}`);
    command.action(async (...args: unknown[]) => {
      args.length -= 1; // the command itself
      const flags = args.pop() as never;
      const shared = program.opts<SharedFlags>();
      const signal = begin(timesItself ? { ...shared, timeout: undefined } : shared);
      exit = await work(createJob(world, shared, signal, prints), flags, ...args as never) ?? EXIT.done;
    });
  };
  for (const add of commands) add(program, does);
  for (const command of program.commands) command.helpOption("--help", "print this").exitOverride();
  try {
    if (argv.length === 0) program.help();
    await program.parseAsync([...argv], { from: "user" });
    return exit;
  } catch (error) {
    if (!Object(error).code?.startsWith?.("commander.")) throw error;
    const { code, exitCode } = error as CommanderError;
    if (exitCode !== 0 && code !== "commander.help") throw reworded(error as CommanderError, argv);
    await world.stdout.write(new TextEncoder().encode(pending));
    return argv.length === 0 ? EXIT.usage : EXIT.done;
  }
}

/** Commander's error, which may quote an argument that is a secret, in other words. */
function reworded({ code, message }: CommanderError, argv: readonly string[]): CommandError {
  const [, quoted = ""] = /'([^']*)'/.exec(message) ?? [];
  const [flag = ""] = /^--?[\w-]*/.exec(quoted) ?? [];
  const name = argv.find((one) => !one.startsWith("-")) ?? "";
  const see = /^[a-z]+$/.test(name) && code !== "commander.unknownCommand"
    ? `xsignals ${name} --help`
    : "xsignals --help";
  const [, similar] = /\n\(Did you mean (?:one of )?([a-z, -]+)\?\)$/.exec(message) ?? []; // names of its own alone
  const lists = similar ? `did you mean ${similar}? ${see} lists them` : `${see} lists them`;
  switch (code) {
    case "commander.unknownOption":
      if (similar === flag) return usageError(flag, "it takes no value");
      return usageError(flag, `there is no such flag; ${lists}`);
    case "commander.unknownCommand":
      return usageError("the command", `there is none of that name; ${lists}`);
    case "commander.missingArgument":
      return usageError(quoted, `it is missing; ${see} shows how the command should look`);
    case "commander.optionMissingArgument":
      return usageError(flag, `its value is missing; write ${/--[\w-]+ <[^>]+>/.exec(message)?.[0] ?? flag}`);
    case "commander.missingMandatoryOptionValue":
      return usageError(flag || quoted, `it is missing; write ${/--[\w-]+ <[^>]+>/.exec(message)?.[0] ?? quoted}`);
    case "commander.excessArguments":
      return usageError(
        "the arguments",
        `there are too many; quote a name with spaces; ${see} shows how they should look`,
      );
    default:
      return usageError("the command line", `${see} shows how it should look`);
  }
}
