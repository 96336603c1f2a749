// `xsignals deltas`: what was inserted in a period, whatever time the values are of.
import type { AddCommand } from "../command_line.ts";
import { ofGroup } from "../of_group.ts";
import { checkTableFlags, putTable, type TableFlags } from "../put_table.ts";
import { withFlagNames } from "../series_flags.ts";

interface Flags extends TableFlags {
  readonly from: string;
  readonly to: string;
  readonly corrections?: true;
  readonly asOf?: string;
}

/** Adds the command. */
export const addDeltas: AddCommand = (program, does) => {
  const command = program.command("deltas").argument("<GROUP>", "the exact name of the group")
    .description("Print what was inserted into a group's time series in a period, whatever time the values are of.")
    .requiredOption("--from <TIME>", "a day, or a local time such as 2024-03-01T12:00:00, in the account's zone")
    .requiredOption("--to <TIME>", "likewise; a day alone means its end")
    .option("--corrections", "all versions of values that were corrected, not only the last one")
    .option("--as-of <TIME>", "the values as they were known then")
    .option("-o, --output <FILE>", "save the table as the server sent it; - for standard output")
    .option("--overwrite", "replace the file if it is there");
  const examples = [
    "xsignals deltas 'CBL_Trades Compliance' --from 2024-03-05 --to 2024-03-05 -o deltas.csv",
    "xsignals deltas 'CBL_Trades Compliance' --from 2024-03-04 --to 2024-03-05 --corrections --json",
  ] as const;
  does(command, { prints: "rows", examples }, async (job, flags: Flags, group: string) => {
    checkTableFlags(job.flags, flags);
    const { from, to, corrections, asOf } = flags;
    const query = { group, from, to, corrections, asOf, signal: job.signal };
    const data = await job.data();
    const ask = () => withFlagNames(() => data.deltas(query), "the zone is the account's");
    await putTable(job, await ofGroup(group, ask), flags);
  });
};
