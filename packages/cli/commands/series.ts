// `xsignals series`: prices and other values over time.
import { usageError } from "../command_error.ts";
import type { AddCommand } from "../command_line.ts";
import { ofGroup } from "../of_group.ts";
import { checkTableFlags, putTable, type TableFlags } from "../put_table.ts";
import { collect, readSymbols, withFlagNames } from "../series_flags.ts";

interface Flags extends TableFlags {
  readonly symbol?: readonly string[];
  readonly column?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly timeZone?: string;
  readonly corrections?: true;
  readonly asOf?: string;
}

/** Adds the command. */
export const addSeries: AddCommand = (program, does) => {
  const command = program.command("series").argument("<GROUP>", "the exact name of the group")
    .description("Print time series of a group: one series, or all that have the given keys.")
    .option("-s, --symbol <NAME=VALUE>", "a key of the series, repeatable; * stands for any characters", collect)
    .option("-c, --column <COLUMN>", "a column of values, repeatable; all if left out", collect)
    .option("--from <TIME>", "a day such as 2024-03-01, or a local time such as 2024-03-01T12:00:00; counts too")
    .option("--to <TIME>", "likewise; a day alone means its end")
    .option("--time-zone <ZONE>", "the zone of all times, such as America/New_York; UTC if left out")
    .option("--corrections", "all versions of values that were corrected, not only the last one")
    .option("--as-of <TIME>", "the values as they were known then")
    .option("--chart", "draw the numbers as lines")
    .option("-o, --output <FILE>", "save the table as the server sent it; - for standard output")
    .option("--overwrite", "replace the file if it is there");
  const examples = [
    "xsignals series 'CBL_Active Orders Voluntary Carbon' -s Instrument=GEO-V23 -c Price --from 2024-03-04 --csv",
    "xsignals series 'CBL_Trades Compliance' -s 'Instrument=*' --time-zone America/New_York --chart",
  ] as const;
  does(command, { prints: "rows", examples }, async (job, flags: Flags, group: string) => {
    checkTableFlags(job.flags, flags);
    const symbols = readSymbols(flags.symbol);
    const { column: columns, from, to, timeZone, corrections, asOf } = flags;
    if (columns?.includes("")) throw usageError("-c", "it must be the name of a column, such as -c Price");
    const options = { columns, from, to, timeZone, corrections, asOf, signal: job.signal };
    const data = await job.data();
    const ask = () => withFlagNames(() => data.series({ group, symbols, ...options }), "use --time-zone");
    await putTable(job, await ofGroup(group, ask), flags);
  });
};
