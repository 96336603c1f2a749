// `xsignals newest`: the file of a group that arrived last.
import { CommandError, EXIT } from "../command_error.ts";
import type { AddCommand } from "../command_line.ts";
import { ofGroup } from "../of_group.ts";
import { addSaveFlags, checkSaveFlags, save, savedOf, type SaveFlags } from "../save.ts";

/** Adds the command. */
export const addNewest: AddCommand = (program, does) => {
  const command = addSaveFlags(program.command("newest"))
    .argument("<GROUP>", "the exact name of the group")
    .description("Save the newest file of a group, and print its path; or pipe it.");
  const examples = ["xsignals newest 'Market Notes' -d notes", "xsignals newest 'Market Notes' -o -"] as const;
  does(command, { prints: "value", examples }, async (job, flags: SaveFlags, group: string) => {
    checkSaveFlags(job, flags);
    const file = await ofGroup(group, async () => (await job.data()).newest(group, { signal: job.signal }));
    if (!file) throw new CommandError("not_found", `no file in the group: ${group}`, { exit: EXIT.notFound });
    const path = await save(job, file, flags);
    if (path !== undefined) await job.out.value(savedOf(file, path), path);
  });
};
