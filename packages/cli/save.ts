// Saving files, or piping one: the flags that `newest` and `download` have in common.
import type { FileEntry } from "@xsignals/data";
import { saveFile } from "@xsignals/data/disk";
import type { Command } from "commander";
import { CommandError, interrupted, usageError } from "./command_error.ts";
import type { Job } from "./job.ts";
import { watchProgress } from "./progress.ts";

/** Where a file goes to. */
export interface SaveFlags {
  /** The folder. */
  readonly directory?: string;
  /** The file, or `-` for standard output. */
  readonly output?: string;
  /** Whether another file is replaced. */
  readonly overwrite?: true;
}

/** Adds the flags. */
export function addSaveFlags(command: Command): Command {
  return command
    .option("-d, --directory <DIR>", "the folder to save in; the current one if left out")
    .option("-o, --output <FILE>", "the file to save as, or - for standard output")
    .option("--overwrite", "replace a file of another size, or whatever FILE is");
}

/** Refuses flags that do not go together, before anything is sent. */
export function checkSaveFlags({ flags }: Job, { directory, output, overwrite }: SaveFlags): void {
  if (directory !== undefined && output !== undefined) {
    throw usageError("--directory with --output", "give the folder, as -d DIR, or the file, as -o FILE");
  }
  if (directory === "") throw usageError("--directory", "it must be the path of a folder");
  if (output === "") throw usageError("--output", "it must be the path of a file, or -");
  if (output === "-" && flags.json) throw usageError("--json with -o -", "standard output gets the file itself");
  if (output === "-" && overwrite) throw usageError("--overwrite with -o -", "standard output replaces nothing");
}

/** Saves a file, or pipes it; resolves with the path if it was saved. */
export async function save(job: Job, file: FileEntry, flags: SaveFlags): Promise<string | undefined> {
  const { out, signal, world } = job;
  const { directory = ".", output, overwrite } = flags;
  await using progress = await watchProgress(job, file.fileName);
  const data = await job.data(progress.onEvent);
  if (output === "-") {
    const { body } = await data.open(file, { signal });
    if (body) await out.bytes(body);
    return undefined;
  }
  const replacing = { signal, ...(overwrite && { overwrite }) };
  const saving = (folder: string, name?: string) =>
    saveFile(data, file, { folder, ...(name !== undefined && { name }), ...replacing }).catch((error) => {
      throw world.signal.aborted ? interrupted("what has come of the file is kept") : error;
    });
  if (output === undefined) return await saving(directory);
  const [, folder = "", name = ""] = /^(.*[/\\])?([^/\\]*)$/s.exec(output) ?? [];
  if (name === "" || name === "." || name === "..") {
    throw new CommandError("unsafe_target", `Cannot save the file: ${output} is a folder; give the path of a file`);
  }
  const path = await saving(folder || ".", name);
  return folder === "" ? name : path;
}

/** What JSON has of a file that was saved. */
export function savedOf({ fid, fileName, groupName, arrivalTime, size }: FileEntry, path: string) {
  return { path, fid, fileName, groupName, arrivalTime: arrivalTime ?? null, size: size ?? null };
}
