// Which files a folder has had: for those who move files away after use.
import { atDisk, refused, type Writing } from "./disk_failure.ts";
import { appendText, lookAt, readText, writeText } from "./files.ts";
import { partsIn } from "./part.ts";

/** The ids of the files that were fetched. */
export interface Seen {
  /** Whether a file was. */
  has(fid: string): boolean;
  /** Adds one that is complete. */
  add(fid: string): Promise<void>;
}

/**
 * Opens the list of a folder: `.xsignals/seen`, a line of JSON for each id.
 *
 * @param isKept Whether there is such a list; without one nothing has been seen.
 * @param isReadOnly Whether nothing is to be written.
 */
export async function openSeen(writing: Writing, folder: string, isKept: boolean, isReadOnly: boolean): Promise<Seen> {
  if (!isKept) return { has: () => false, add: async () => {} };
  const path = `${partsIn(folder)}/seen`;
  const found = await atDisk(writing, path, () => lookAt(path));
  if (found && found.kind !== "file") throw refused(writing, "unsafe_target", path, "is not a plain file");
  const text = await atDisk(writing, path, () => readText(path)) ?? "";
  const lines = text.split("\n");
  const torn = lines.pop() ?? ""; // of a program that was killed: that file is looked for in the folder
  const fids = new Set(lines.map(readLine));
  const isWhole = torn === "" && !fids.has(undefined);
  if (!isWhole && !isReadOnly) await atDisk(writing, path, () => writeText(path, [...fids].map(toLine).join("")));
  return {
    has: (fid) => fids.has(fid),
    async add(fid) {
      if (fids.has(fid)) return;
      fids.add(fid);
      if (!isReadOnly) await atDisk(writing, path, () => appendText(path, toLine(fid)));
    },
  };
}

function readLine(line: string): string | undefined {
  try {
    const fid: unknown = JSON.parse(line);
    return typeof fid === "string" ? fid : undefined;
  } catch {
    return undefined;
  }
}

function toLine(fid: string | undefined): string {
  return fid === undefined ? "" : `${JSON.stringify(fid)}\n`;
}
