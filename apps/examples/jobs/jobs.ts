/**
 * The same five jobs with the data package. Copy what is between the braces of one.
 *
 * @module
 */
import type { Data, FileEntry } from "@xsignals/data";
import { saveFile, saveTable, syncGroup, type SyncResult } from "@xsignals/data/disk";
import { instantOf } from "@xsignals/data/ncsv";

/** Job 1: saves the newest file of a group. */
export async function newest(data: Data, group: string, folder: string): Promise<string | undefined> {
  const file = await data.newest(group);
  return file && await saveFile(data, file, { folder });
}

/** Job 2: saves all files of a group, those that are there already excepted. */
export async function allFiles(data: Data, group: string, folder: string): Promise<SyncResult> {
  return await syncGroup(data, group, { folder });
}

/** Job 3: the prices of a period. */
export async function series(
  data: Data,
  group: string,
  symbols: Record<string, string>,
  day: string,
): Promise<{ ref: unknown; at: number; price: unknown }[]> {
  const table = await data.series({ group, symbols, columns: ["Kind", "Price"], from: day, to: day });
  return await Array.fromAsync(table, (row) => ({
    ref: row["Order Ref"],
    at: instantOf(String(row["Date(UTC)"]), "UTC"),
    price: row.Price,
  }));
}

/** Job 4: works on each new file; to be called every quarter of an hour. */
export async function cron(
  data: Data,
  group: string,
  seen: Map<string, string>,
  work: (file: FileEntry) => void,
): Promise<void> {
  const { files, cursor } = await data.arrivals(group, { after: seen.get(group), signal: AbortSignal.timeout(60_000) });
  for (const file of files) work(file);
  seen.set(group, cursor);
}

/** Job 5: what changed in a period, corrections included, into a file that a database reads. */
export async function deltas(data: Data, group: string, from: string, to: string, path: string): Promise<void> {
  const table = await data.deltas({ group, from, to, corrections: true });
  await saveTable(table, path);
}
