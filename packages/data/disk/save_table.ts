// `saveTable`: a table's bytes, whole or not at all.
import { checkArgument, checkOptions, FLAG, SIGNAL } from "../options.ts";
import { printable } from "../printable.ts";
import type { Cancellable, Table } from "../types.ts";
import { atDisk, diskError, isOfDisk, refused, type Writing } from "./disk_failure.ts";
import {
  completeFile,
  createPart,
  type Held,
  lookAt,
  makeFolder,
  removeFile,
  removeIfEmpty,
  syncFolder,
  tryLock,
} from "./files.ts";
import { idOnDisk } from "./names.ts";
import { partsIn } from "./part.ts";
import { PATH } from "./save_file.ts";

/** Options of {@link saveTable}. */
export interface SaveTableOptions extends Cancellable {
  /** `true`: replaces a file that is there already. */
  readonly overwrite?: boolean;
}

const RULES = { ...SIGNAL, overwrite: FLAG } as const;

/**
 * Saves a table on disk as the server sent it: under its name when all of it has come, and not before.
 *
 * Use it for time series and deltas; memory does not grow with the table. It cannot be gone on with: a table that ends early
 * leaves nothing. Read the rows instead if the program works with them: a table is read once.
 *
 * @param table What `data.series` or `data.deltas` returned, unread.
 * @param path Where to; the folder is made if it does not exist.
 * @param options What else there is to say.
 * @returns The path.
 * @throws {TypeError} If an argument is wrong, or the table has been read.
 * @throws {DataError} `exists`, `unsafe_target`, `disk_full`; `busy` if another program or call writes it; what reading
 *   the table throws if it ends early.
 * @throws {DOMException} The signal's reason, or what else it is.
 *
 * @example What changed in two days
 * ```ts
 * import { saveTable } from "@xsignals/data/disk";
 * import { readNcsv } from "@xsignals/data/ncsv";
 * import { assertEquals } from "@std/assert";
 *
 * const table = await readNcsv(new Response("Instrument,Date(UTC),Price\nGEO,2024-03-04,4.15\n").body!);
 * const folder = await Deno.makeTempDir();
 * const path = await saveTable(table, `${folder}/prices.csv`);
 *
 * assertEquals(await Deno.readTextFile(path), "Instrument,Date(UTC),Price\nGEO,2024-03-04,4.15\n");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function saveTable(table: Table, path: string, options: SaveTableOptions = {}): Promise<string> {
  const isTable = (value: unknown) => typeof Object(value).batches === "function";
  checkArgument("save the table", "table", table, ["a table of series(), deltas() or readNcsv()", isTable]);
  checkArgument("save the table", "path", path, PATH);
  checkOptions("save the table", options, RULES);
  const { overwrite = false, signal = new AbortController().signal } = options;
  const writing: Writing = { what: `save the table ${printable(nameIn(path))}`.trimEnd() };
  try {
    signal.throwIfAborted();
    const { body } = table;
    if (body.locked) throw new TypeError("Cannot save the table: it has been read");
    await checkTarget(writing, path, overwrite);
    const folder = folderOf(path);
    await atDisk(writing, folder, () => makeFolder(folder));
    const id = idOnDisk(`table ${nameIn(path)}`);
    const lock = await atDisk(writing, folder, () => tryLock(partsIn(folder), `${id}.lock`));
    if (!lock) throw refused(writing, "busy", path, "is being written by another program, or by another call");
    const part = `${partsIn(folder)}/${id}.part`;
    await receive(writing, body, part, path, { overwrite, signal, lock }).finally(() => removeIfEmpty(partsIn(folder)));
    await syncFolder(folder);
    return path;
  } finally {
    await table[Symbol.asyncDispose]();
  }
}

async function receive(
  writing: Writing,
  body: ReadableStream<Uint8Array>,
  part: string,
  path: string,
  { overwrite, signal, lock }: { readonly overwrite: boolean; readonly signal: AbortSignal; readonly lock: Held },
): Promise<void> {
  try {
    const opened = await atDisk(writing, part, () => createPart(part));
    await opened.receive(body, signal);
    await checkTarget(writing, path, overwrite);
    await atDisk(writing, path, () => completeFile(part, path));
  } catch (error) {
    await removeFile(part).catch(() => {});
    throw isOfDisk(error) ? diskError(writing, part, error) : error;
  } finally {
    await lock.release();
  }
}

async function checkTarget(writing: Writing, path: string, overwrite: boolean): Promise<void> {
  const found = await atDisk(writing, path, () => lookAt(path));
  if (nameIn(path) === "" || (found && found.kind !== "file")) {
    throw refused(writing, "unsafe_target", path, "is not a plain file; give another path, or move it away");
  }
  if (found && !overwrite) {
    throw refused(writing, "exists", path, "is there already; move it away, or say overwrite: true");
  }
}

function nameIn(path: string): string {
  return path.replace(/^.*[/\\]/s, "").replace(/^\.\.?$/, "");
}

function folderOf(path: string): string {
  const [, folder = "."] = /^(.*)[/\\]/s.exec(path) ?? [];
  return folder || "/";
}
