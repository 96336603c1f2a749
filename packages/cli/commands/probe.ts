// `xsignals probe`: asks the server what nobody documents, and writes it down in a form that can be posted.
import { readFile, rm, writeFile } from "node:fs/promises";
import { CommandError, usageError } from "../command_error.ts";
import type { AddCommand } from "../command_line.ts";
import type { Job } from "../job.ts";
import { findLogin } from "../login_source.ts";
import type { OutputColumn } from "../output.ts";
import { printable } from "../printable.ts";
import { probe } from "../probe/probe.ts";
import { isReport, reportOf, tableOf } from "../probe/report.ts";
import { MAX_REQUESTS } from "../probe/wire.ts";
import { sleepOf } from "../sleep.ts";
import { whyOfSystem } from "../system_error.ts";

interface Flags {
  readonly yes?: true;
  readonly output: string;
}

const COLUMNS: readonly OutputColumn[] = ["same", "question", "presumed", "found"].map((name) => ({ name }));

/** What any server shows: by itself it is not worth a file. */
const CHEAP = ["accessTokens", "tokenTimes", "accessTokenLifetime", "clockSkew", "errorBody"];

/** Adds the command. */
export const addProbe: AddCommand = (program, does) => {
  const command = program.command("probe")
    .option("--yes", "send without asking")
    .option("-o, --output <FILE>", "where to write what is found", "probe.json")
    .description("Ask the server what nobody documents, with reads alone, and write it down for a report.");
  const examples = ["xsignals probe", "xsignals probe --yes -o found.json"] as const;
  does(command, { prints: "rows", examples }, work);
};

async function work(job: Job, { yes, output }: Flags): Promise<void> {
  const { world, flags, signal, out, note } = job;
  const { session: { baseUrl }, kind } = await job.login();
  const write = await checkTarget(output);
  const plan = planOf(new URL(baseUrl).host, output);
  if (yes) await note(plan);
  else {
    if (!world.stdin.isTerminal || !flags.input) {
      throw usageError("probe without --yes", "it asks before it sends, and nobody can answer here");
    }
    await world.stderr.write(new TextEncoder().encode(`${plan}\n`));
    const answer = await world.ask({ message: "Send them? (y/n)", isSecret: false }, signal);
    if (!/^\s*y(es)?\s*$/i.test(answer ?? "")) {
      throw new CommandError("declined", "Nothing was sent, because the answer was not y");
    }
  }
  const result = await probe({
    fetch: world.fetch ?? globalThis.fetch,
    connect: async (fetch) => (await findLogin({ ...world, fetch }, flags)).session,
    clock: world.clock ?? { now: () => Date.now(), sleep: sleepOf(world) },
    signal,
  });
  const report = reportOf(result, { baseUrl, kind });
  const isWritten = report.findings.some(({ name, found }) => found !== undefined && !CHEAP.includes(name));
  if (isWritten) await write(`${JSON.stringify(report, undefined, 2)}\n`);
  if (isWritten) await out.rows(COLUMNS, tableOf(report.findings));
  if (isWritten) await note(`${report.requests} requests; ${printable(output)} can be posted as it is`);
  if (result.failure !== undefined) throw result.failure;
}

/** What is going to happen, before it does. */
function planOf(host: string, output: string): string {
  return [
    `The probe sends at most ${MAX_REQUESTS} requests to ${printable(host)}`,
    "and to the host of the files' links:",
    "- a login, if none is kept, and one renewal of the login",
    "- eight searches, of files and of symbols",
    "- a file's link, and the first ten bytes of the file by both ways",
    "- five or six queries of time series, of one series or of one day of its group",
    "- a path that does not exist",
    "They change nothing but your login's tokens.",
    `${printable(output)} will have no name, value, id, token, link or size.`,
  ].join("\n");
}

/** Makes the function that writes the file. It may replace what a probe wrote, and nothing else. */
async function checkTarget(path: string): Promise<(text: string) => Promise<void>> {
  if (path === "") throw usageError("-o", "it must be the path of a file, such as probe.json");
  if (path === "-") throw usageError("-o -", "the table is printed anyway; name a file");
  return await atTarget(path, async () => {
    const before = await readFile(path, "utf8").catch((error) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (before !== undefined && !isReport(before)) {
      const hint = "move it away, or name another file with -o";
      throw new CommandError("exists", `Cannot write ${printable(path)}: it is not the file of a probe`, { hint });
    }
    if (before === undefined) { // Tries the folder, because what is found must not be lost.
      await writeFile(path, "", { flag: "wx" });
      await rm(path);
    }
    return (text) => atTarget(path, () => writeFile(path, text, { flag: before === undefined ? "wx" : "w" }));
  });
}

async function atTarget<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError("unsafe_target", `Cannot write ${printable(path)}: ${whyOfSystem(error)}`);
  }
}
