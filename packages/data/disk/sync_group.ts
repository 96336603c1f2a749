// `syncGroup`: all files of a group in a folder, each whole or not at all.
import { beginWork, type Calls } from "../calls.ts";
import { callsOf, type Data } from "../data.ts";
import { DataError } from "../data_error.ts";
import { checkArgument, checkOptions, FLAG, SIGNAL, TEXT } from "../options.ts";
import { printable } from "../printable.ts";
import type { Cancellable, FileEntry } from "../types.ts";
import { atDisk, refused, type Writing } from "./disk_failure.ts";
import { makeFolder, namesIn, removeIfEmpty, syncFolder, tryLock } from "./files.ts";
import { idOnDisk, nameOnDisk, type Names } from "./names.ts";
import { idsBegun, partsIn, type Place, placeOf, sweepAll } from "./part.ts";
import { isThere, NAMES, PATH, save } from "./save_file.ts";
import { openSeen, type Seen } from "./seen.ts";

/** Options of {@link syncGroup}. */
export interface SyncOptions extends Cancellable {
  /** The folder; it is made if it does not exist. */
  readonly folder: string;
  /**
   * `true`: fetches no file a second time, though it is no longer in the folder. What was fetched is kept in
   * `.xsignals/seen` there.
   */
  readonly once?: boolean;
  /** How files are named: `id` for `<stem>_<fid><ending>`, or `arrival` with the time of arrival before it; `id`. */
  readonly names?: Names;
  /** `true`: tells what would be fetched, and writes nothing. */
  readonly dryRun?: boolean;
  /** Only files that arrived then or later, as `data.files` takes it. */
  readonly since?: string;
}

/** A file that a sync has fetched, or would fetch. */
export interface SyncedFile {
  /** The file, as the list has it. */
  readonly file: FileEntry;
  /** Where it is. */
  readonly path: string;
}

/** A file that a sync could not fetch. */
export interface FailedFile extends SyncedFile {
  /** Why. */
  readonly error: DataError;
}

/** What a sync has done. */
export interface SyncResult {
  /** How many files the list has. */
  readonly files: number;
  /** How many were there already, or with `once` had been fetched before. */
  readonly there: number;
  /** The files that were fetched, in the order in which they were complete; with `dryRun` those that would be. */
  readonly fetched: readonly SyncedFile[];
  /** The files that could not be fetched; another sync tries them again. */
  readonly failed: readonly FailedFile[];
  /** How many bytes the fetched files have; with `dryRun` as far as the list tells. */
  readonly bytes: number;
}

const RULES = {
  ...SIGNAL,
  folder: PATH,
  once: FLAG,
  names: NAMES,
  dryRun: FLAG,
  since: TEXT,
} as const;

/** So many files in a row that no server could be reached for end the sync: the next ones would fare no better. */
const MOST_UNREACHABLE = 12;

/**
 * Fetches the files of a group that are not in a folder yet.
 *
 * Run it every night, or every minute: the second run asks for the list and for nothing else. It goes one way, and removes
 * nothing. A file is there if its name is, with the size that the list tells; one that has another size by now is fetched
 * again. A file that fails does not stop the others. Only one sync works in a folder at a time. Use {@link saveFile} for a
 * single file, and `data.arrivals` to work on new files without keeping them.
 *
 * @param data What `createData` made.
 * @param group The group's exact name.
 * @param options The folder, and what else there is to say.
 * @returns How many files there are, what was fetched, and what failed.
 * @throws {TypeError} If an argument is wrong; nothing is sent then.
 * @throws {DataError} What listing the files throws; `busy` if another sync works in the folder; `unsafe_target` if the folder
 *   cannot be used; `disk_full`, `rate_limited`, `http_error` with status 401 or 503, and `unreachable` for many files in a
 *   row: these end it. What has come by then stays.
 * @throws {Error} What the connection throws of itself, such as a session's `SessionError`; the signal's reason. They end it, too.
 *
 * @example All files of a group
 * ```ts
 * import { createData } from "@xsignals/data";
 * import { syncGroup } from "@xsignals/data/disk";
 * import { createSession, login } from "@xsignals/session";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const { fetch } = createEmulator({ users: { login: "password" } });
 * const session = createSession({ strategy: login({ username: "login", password: "password" }), fetch });
 * const data = createData(session, { linkFetch: fetch }); // a program leaves linkFetch out
 * const folder = await Deno.makeTempDir();
 * const first = await syncGroup(data, "CBL_Active Orders Voluntary Carbon", { folder });
 * const second = await syncGroup(data, "CBL_Active Orders Voluntary Carbon", { folder });
 *
 * assertEquals([first.fetched.length, first.there, first.failed.length], [2, 0, 0]);
 * assertEquals([second.fetched.length, second.there], [0, 2]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function syncGroup(data: Data, group: string, options: SyncOptions): Promise<SyncResult> {
  const calls = callsOf(data);
  checkArgument("sync the group", "group", group, TEXT);
  checkOptions("sync the group", options, RULES);
  const { folder, dryRun = false, since, signal } = options;
  checkArgument("sync the group", "folder", folder, PATH);
  const list = data.files({ group, since }, { signal }); // checks since, and sends nothing yet
  signal?.throwIfAborted();
  const writing: Writing = { what: `sync the group ${printable(group)}` };
  if (dryRun) return await run(calls, writing, list, group, options);
  await atDisk(writing, folder, () => makeFolder(folder));
  const lock = await atDisk(writing, folder, () => tryLock(partsIn(folder), "lock"));
  if (!lock) {
    const why = "is being synced by another program, or by another call; try again when that has ended";
    throw new DataError("busy", refused(writing, "busy", folder, why).message, { retryable: true });
  }
  try {
    const result = await run(calls, writing, list, group, options);
    if (result.fetched.length > 0) await syncFolder(folder);
    return result;
  } finally {
    await lock.release();
    await removeIfEmpty(partsIn(folder));
  }
}

async function run(
  calls: Calls,
  writing: Writing,
  list: AsyncIterable<FileEntry>,
  group: string,
  { folder, once = false, names, dryRun = false, since, signal }: SyncOptions,
): Promise<SyncResult> {
  const seen = await openSeen(writing, folder, once, dryRun);
  const files = await Array.fromAsync(list);
  const todo: Todo[] = [];
  const failed: FailedFile[] = [];
  const ids = new Set<string>();
  const [here, begun] = await atDisk(writing, folder, async () => [
    new Set((await namesIn(folder)).map(sameName)),
    await idsBegun(folder),
  ]);
  for (const [file, place, name] of placed(files, folder, names)) {
    signal?.throwIfAborted();
    const id = idOnDisk(file.fid);
    ids.add(id);
    if (seen.has(file.fid)) continue;
    try {
      const isHere = here.has(sameName(name)) &&
        await isThere(workOn(calls, file, signal), file, place, REPLACING);
      await (isHere ? seen.add(file.fid) : todo.push({ file, place, isFresh: !begun.has(id) }));
    } catch (error) {
      if (!isOfOne(error)) throw error;
      failed.push({ file, path: place.target, error });
    }
  }
  const there = files.length - todo.length - failed.length;
  if (dryRun) {
    return { files: files.length, there, fetched: todo.map(toSynced), failed, bytes: bytesOf(todo) };
  }
  const fetched = await fetchAll(calls, todo, seen, signal);
  const left = new Set([...failed, ...fetched.failed].map(({ file }) => idOnDisk(file.fid)));
  await atDisk(writing, folder, () =>
    sweepAll(folder, (id, known) => {
      const isGone = !ids.has(id) && since === undefined && known?.group === group;
      return known === undefined ? !left.has(id) : isGone || (ids.has(id) && !left.has(id));
    }));
  return { files: files.length, there, ...fetched, failed: [...failed, ...fetched.failed] };
}

/** A file that is to be fetched. */
interface Todo {
  readonly file: FileEntry;
  readonly place: Place;
  /** Whether nothing of it has come before. */
  readonly isFresh: boolean;
}

/** A changed size means a changed file: it is fetched again. */
const REPLACING = { isOwnName: true, overwrite: true } as const;

/** How many bytes the files have, as far as the list tells. */
const bytesOf = (todo: readonly Todo[]) => todo.reduce((sum, { file: { size } }) => sum + (size ?? 0), 0);

const toSynced = ({ file, place: { target } }: Todo): SyncedFile => ({ file, path: target });

/** The files with their places; no two are the same, on a disk that ignores case neither. */
function placed(files: readonly FileEntry[], folder: string, names?: Names): (readonly [FileEntry, Place, string])[] {
  const keyOf = (file: FileEntry) => sameName(nameOnDisk(file, names));
  const crowds = new Map<string, number>();
  for (const file of files) crowds.set(keyOf(file), (crowds.get(keyOf(file)) ?? 0) + 1);
  return files.map((file) => {
    const isCrowded = crowds.get(keyOf(file)) !== 1;
    const name = nameOnDisk(file, names, isCrowded);
    return [file, placeOf(folder, name, file.fid), name];
  });
}

/** What names have in common that some disk takes for the same. */
function sameName(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function workOn(calls: Calls, { fid }: FileEntry, signal?: AbortSignal) {
  return beginWork(calls, `save the file ${printable(fid)}`, { signal, fid });
}

/** Fetches files, as many at a time as the pace allows. */
async function fetchAll(
  calls: Calls,
  todo: readonly Todo[],
  seen: Seen,
  given?: AbortSignal,
): Promise<Pick<SyncResult, "fetched" | "failed" | "bytes">> {
  const { clock, emit, limits: { concurrency } } = calls;
  const [fetched, failed]: [SyncedFile[], FailedFile[]] = [[], []];
  const stop = new AbortController();
  const signal = given ? AbortSignal.any([given, stop.signal]) : stop.signal;
  const waiting = todo.values();
  let bytes = 0;
  let unreachable = 0;
  emit({ type: "fetching", at: clock.now(), files: todo.length, bytes: bytesOf(todo) });

  async function fetchOne({ file, place, isFresh }: Todo): Promise<void> {
    const [{ fid }, { target: path }] = [file, place];
    try {
      const size = await save(calls, workOn(calls, file, signal), file, place, { ...REPLACING, isFresh });
      await seen.add(fid);
      fetched.push({ file, path });
      bytes += size ?? 0;
      unreachable = 0;
      emit({ type: "fetched", at: clock.now(), fid, path, bytes: size ?? 0 });
    } catch (error) {
      unreachable = Object(error).code === "unreachable" ? unreachable + 1 : 0;
      if (!isOfOne(error) || unreachable >= MOST_UNREACHABLE) throw error;
      failed.push({ file, path, error });
      emit({ type: "not_fetched", at: clock.now(), fid, code: error.code });
    }
  }

  async function work(): Promise<void> {
    for (const one of waiting) {
      signal.throwIfAborted();
      await fetchOne(one).catch((error) => {
        stop.abort(error);
        throw error;
      });
    }
  }

  // Twice as many: while one file is brought to the disk, the next one comes.
  await Promise.allSettled(Array.from({ length: concurrency * 2 }, work));
  signal.throwIfAborted();
  return { fetched, failed, bytes };
}

/** Whether an error is about one file; else it ends the sync, since every other file would meet it. */
function isOfOne(error: unknown): error is DataError {
  if (!(error instanceof DataError) || ["disk_full", "rate_limited"].includes(error.code)) return false;
  return error.status !== 401 && error.status !== 503;
}
