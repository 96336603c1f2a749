// `xsignals download`: files by their ids.
import { DataError } from "@xsignals/data";
import { EXIT, usageError } from "../command_error.ts";
import type { AddCommand } from "../command_line.ts";
import { tell } from "../failure.ts";
import type { Job } from "../job.ts";
import { addSaveFlags, checkSaveFlags, save, savedOf, type SaveFlags } from "../save.ts";

/** Adds the command. */
export const addDownload: AddCommand = (program, does) => {
  const command = addSaveFlags(program.command("download"))
    .argument("<FID...>", "the ids of files, as xsignals files prints them")
    .description("Save files by their ids, and print their paths; or pipe one.");
  const fid = "8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14";
  const examples = [`xsignals download ${fid} -d notes`, `xsignals download ${fid} -o note.txt`] as const;
  does(command, { prints: "value", examples }, async (job, flags: SaveFlags, fids: string[]) => {
    checkSaveFlags(job, flags);
    if (flags.output !== undefined && fids.length > 1) {
      throw usageError("--output", "it takes one FID; use -d DIR for several files");
    }
    const odd = fids.findIndex((one) => one === "" || one === "." || one === "..");
    if (odd >= 0) throw usageError("FID", "it must be the id of a file, as xsignals files prints it");
    if (fids.length === 1) return await one(job, flags, fids[0]!);
    let failed = 0;
    for (const fid of fids) {
      try {
        await one(job, flags, fid);
      } catch (error) {
        // What every other file would meet, too, ends it.
        if (!(error instanceof DataError) || error.status === 401 || job.signal.aborted) throw error;
        if (["disk_full", "rate_limited", "unreachable"].includes(error.code)) throw error;
        failed++;
        await tell(job.world, error, job.flags.json ?? false);
      }
    }
    if (failed > 0) return EXIT.someFailed;
  });
};

async function one(job: Job, flags: SaveFlags, fid: string): Promise<void> {
  const file = await (await job.data()).file(fid, { signal: job.signal });
  const path = await save(job, file, flags);
  if (path !== undefined) await job.out.value(savedOf(file, path), path);
}
