// `xsignals symbols`: which time series a group has.
import type { SymbolEntry } from "@xsignals/data";
import type { AddCommand } from "../command_line.ts";
import { ofGroup } from "../of_group.ts";
import type { OutputColumn } from "../output.ts";
import { inShell } from "../printable.ts";
import { withFlagNames } from "../series_flags.ts";
import { usageError } from "../command_error.ts";

const COLUMNS: readonly OutputColumn[] = [{ name: "symbols" }, { name: "columns" }];

/** Adds the command. */
export const addSymbols: AddCommand = (program, does) => {
  const command = program.command("symbols").argument("<GROUP>", "the exact name of the group")
    .argument("[TEXT]", "only series that have it in names, columns or metadata; case counts")
    .description("List the time series of a group: their keys, for -s of series, and their columns, for -c.");
  const examples = [
    "xsignals symbols 'CBL_Trades Compliance'",
    "xsignals symbols 'CBL_Active Orders Voluntary Carbon' GEO --json",
  ] as const;
  does(command, { prints: "rows", examples }, async (job, _flags, group: string, text?: string) => {
    if (text === "") throw usageError("TEXT", "it must not be empty; leave it out to list all");
    const { out, signal, note } = job;
    const data = await job.data();
    const query = { group, ...(text !== undefined && { text }), signal };
    const entries = await withFlagNames(() => Promise.resolve(data.symbols(query)));
    const rows = out.form === "json" ? valuesOf(entries) : textsOf(entries);
    if (await ofGroup(group, () => out.rows(COLUMNS, rows)) === 0) await note("0 symbols");
  });
};

async function* valuesOf(entries: AsyncIterable<SymbolEntry>) {
  for await (const { symbols, columns = [] } of entries) yield { symbols, columns };
}

/** The keys as `-s` takes them, each in quotes where a shell needs them. */
async function* textsOf(entries: AsyncIterable<SymbolEntry>) {
  for await (const { symbols, columns = [] } of entries) {
    const pairs = Object.entries(symbols).map(([name, value]) => `-s ${inShell(`${name}=${value}`)}`);
    yield { symbols: pairs.join(" "), columns: columns.join(", ") };
  }
}
