// `xsignals files`: which files a group has.
import type { FileEntry } from "@xsignals/data";
import type { AddCommand } from "../command_line.ts";
import { readCount, readTime } from "../flags.ts";
import { ofGroup } from "../of_group.ts";
import type { OutputColumn } from "../output.ts";

interface Flags {
  readonly limit?: number;
  readonly reverse?: true;
  readonly since?: string;
}

const COLUMNS: readonly OutputColumn[] = [
  { name: "arrivalTime", title: "ARRIVED" },
  { name: "size", alignment: "right" },
  { name: "fid" },
  { name: "fileName", title: "NAME" },
];

/** Adds the command. */
export const addFiles: AddCommand = (program, does) => {
  const command = program.command("files").argument("<GROUP>", "the exact name of the group")
    .description("List the files of a group, newest first.")
    .option("--limit <N>", "not more than N files", (text) => readCount("--limit", text))
    .option("--reverse", "oldest first")
    .option("--since <TIME>", "only files that arrived then or later", (text) => readTime("--since", text));
  const examples = [
    "xsignals files 'Market Notes'",
    "xsignals files 'Market Notes' --since 2024-03-01 --json",
  ] as const;
  does(command, { prints: "rows", examples }, async (job, { limit, reverse, since }: Flags, group: string) => {
    const { out, signal } = job;
    const query = { group, newestFirst: !reverse, ...(since !== undefined && { since }) };
    const files = (await job.data()).files(query, { signal });
    const count = await ofGroup(group, () => out.rows(COLUMNS, rowsOf(files, limit)));
    if (count === 0) await job.note("0 files");
  });
};

async function* rowsOf(files: AsyncIterable<FileEntry>, limit = Infinity) {
  let count = 0;
  for await (const file of files) {
    yield memberOf(file);
    if (++count >= limit) return;
  }
}

/** What JSON has of a file. */
function memberOf({ fid, fileName, groupName, arrivalTime, size, fileType, owner, fields }: FileEntry) {
  return {
    fid,
    fileName,
    groupName,
    arrivalTime: arrivalTime ?? null,
    size: size ?? null,
    fileType: fileType ?? null,
    owner: owner ?? null,
    fields: fields ?? {},
  };
}
