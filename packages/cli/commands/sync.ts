// `xsignals sync`: every file of a group that is not in a folder yet.
import type { FileEntry } from "@xsignals/data";
import { type FailedFile, type SyncedFile, syncGroup, type SyncResult } from "@xsignals/data/disk";
import { CommandError, EXIT, usageError } from "../command_error.ts";
import type { AddCommand } from "../command_line.ts";
import { bytesText, countText, durationText } from "../figures.ts";
import { failureOf } from "../failure.ts";
import { ofGroup } from "../of_group.ts";
import { printable } from "../printable.ts";
import { watchProgress } from "../progress.ts";

interface Flags {
  readonly once?: true;
  readonly dryRun?: true;
  readonly names?: "id" | "arrival";
}

/** Adds the command. */
export const addSync: AddCommand = (program, does) => {
  const command = program.command("sync").argument("<GROUP>", "the exact name of the group")
    .argument("<DIR>", "the folder; it is made if it is missing")
    .description("Save the files of a group that are not in a folder yet. Run it as often as you like.")
    .option("--once", "fetch no file twice, though it is no longer in the folder")
    .option("--dry-run", "tell what would be fetched, and write nothing")
    .option("--names <id|arrival>", "what names begin with: the file's own name, or its arrival", readNames);
  const examples = ["xsignals sync 'Market Notes' notes", "xsignals sync 'Market Notes' notes --dry-run"] as const;
  does(command, { prints: "value", examples }, async (job, flags: Flags, group: string, folder: string) => {
    const { world, signal, out } = job;
    const { once, dryRun, names } = flags;
    if (folder === "") throw usageError("DIR", "it must be the path of a folder");
    const now = () => world.clock?.now() ?? Date.now();
    const begun = now();
    let [files, fetched] = [0, 0];
    const work = async () => {
      await using progress = await watchProgress(job);
      const data = await job.data((event) => {
        if (event.type === "fetching") files = event.files;
        if (event.type === "fetched") fetched++;
        progress.onEvent(event);
      });
      return await syncGroup(data, group, {
        folder,
        signal,
        ...(once && { once }),
        ...(dryRun && { dryRun }),
        ...(names && { names }),
      });
    };
    const result = await ofGroup(group, work).catch((error) => {
      throw world.signal.aborted ? interrupted(fetched, files) : error;
    });
    const ms = now() - begun;
    await out.value(jsonOf(result, ms, dryRun ?? false), textOf(result, ms, dryRun ?? false));
    if (result.failed.length > 0) return EXIT.someFailed;
  });
};

/** What an interrupt leaves behind. */
function interrupted(fetched: number, files: number): CommandError {
  const much = files === 0
    ? "nothing fetched yet"
    : `${countText(fetched)} of ${countText(files)} files fetched, and kept`;
  const message = `Interrupted: ${much}; run it again to go on`;
  return new CommandError("interrupted", message, { exit: EXIT.interrupted, retryable: true });
}

function readNames(text: string): "id" | "arrival" {
  if (text === "id" || text === "arrival") return text;
  throw usageError("--names", "it must be id or arrival");
}

function textOf({ files, there, fetched, failed, bytes }: SyncResult, ms: number, isDry: boolean): string {
  const parts = isDry
    ? [`${countText(fetched.length)} to fetch`, ...(there > 0 ? [`${countText(there)} there already`] : [])]
    : [`${countText(fetched.length)} fetched`, `${countText(there)} there already`];
  if (failed.length > 0) parts.push(`${countText(failed.length)} failed`);
  const size = isDry ? bytesText(bytes) : `${bytesText(bytes)} in ${durationText(ms)}`;
  return [
    ...(isDry ? fetched.map(({ path }) => `would fetch ${path}`) : []),
    `${countText(files)} ${files === 1 ? "file" : "files"}: ${parts.join(", ")} (${size})`,
    ...failed.map(({ file: { fid, fileName }, error }) =>
      `failed: ${printable(fid)} ${printable(fileName)}: ${reasonOf(error)}`
    ),
  ].join("\n");
}

/** The reason alone: the line has said what could not be done. */
function reasonOf(error: unknown): string {
  return failureOf(error).message.replace(/^Cannot save the file [^:]*: /, "");
}

function jsonOf({ files, there, fetched, failed, bytes }: SyncResult, ms: number, isDry: boolean) {
  return {
    files,
    there,
    fetched: isDry ? [] : fetched.map(syncedOf),
    toFetch: isDry ? fetched.map(syncedOf) : [],
    failed: failed.map((one: FailedFile) => {
      const { code, message, retryable } = failureOf(one.error);
      return { ...syncedOf(one), code, message, retryable };
    }),
    bytes,
    seconds: ms / 1000,
  };
}

function syncedOf({ file, path }: SyncedFile): Pick<FileEntry, "fid" | "fileName"> & { readonly path: string } {
  return { path, fid: file.fid, fileName: file.fileName };
}
