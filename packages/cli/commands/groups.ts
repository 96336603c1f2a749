// `xsignals groups`: which groups there are.
import type { FileGroup } from "@xsignals/data";
import { usageError } from "../command_error.ts";
import type { AddCommand } from "../command_line.ts";
import type { OutputColumn } from "../output.ts";

const COLUMNS: readonly OutputColumn[] = [{ name: "name" }, { name: "access" }, { name: "description" }];

/** Adds the command. */
export const addGroups: AddCommand = (program, does) => {
  const command = program.command("groups").argument("[TEXT]", "only groups that have it in name or description")
    .description("List the groups of files that the account can see.");
  const examples = ["xsignals groups", "xsignals groups orders --json"] as const;
  does(command, { prints: "rows", examples }, async ({ data, out, signal }, _flags, text?: string) => {
    if (text === "") throw usageError("TEXT", "it must not be empty; leave it out to list all");
    const groups = (await data()).groups({ ...(text !== undefined && { text }), signal });
    await out.rows(COLUMNS, rowsOf(groups));
  });
};

async function* rowsOf(groups: AsyncIterable<FileGroup>) {
  for await (const { name, access = "", description = "", fields = [] } of groups) {
    yield { name, access, description, fields };
  }
}
