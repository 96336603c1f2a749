// `saveFile`: one file, whole or not at all.
import { beginWork, type Calls, type Work } from "../calls.ts";
import { getFileEntry } from "../content.ts";
import { callsOf, type Data } from "../data.ts";
import { DataError } from "../data_error.ts";
import { isFile } from "../files.ts";
import { checkArgument, checkOptions, FLAG, type Rule, SIGNAL, TEXT } from "../options.ts";
import { printable } from "../printable.ts";
import type { Cancellable, FileEntry } from "../types.ts";
import { atDisk, refused } from "./disk_failure.ts";
import { fillPart } from "./fill_part.ts";
import { lookAt, makeFolder, removeIfEmpty, syncFolder } from "./files.ts";
import { nameOnDisk, type Names } from "./names.ts";
import { complete, dropPart, type Place, placeOf, readBegun, sweepLeft, writeWhole } from "./part.ts";
import { turnAt } from "./turn.ts";

/** Options of {@link saveFile}. */
export interface SaveOptions extends Cancellable {
  /** The folder; it is made if it does not exist. */
  readonly folder: string;
  /** The name of the file in the folder; one made of the file's own name and its id, as `names` says, if left out. */
  readonly name?: string;
  /** How the name is made: `id` for `<stem>_<fid><ending>`, or `arrival` with the time of arrival before it; `id`. */
  readonly names?: Names;
  /**
   * `true`: replaces a file that is there already. Without `name` one with the right size is this file, and is left alone
   * even then.
   */
  readonly overwrite?: boolean;
}

/** The rule of a path. */
export const PATH: Rule = ["a path that is not empty", (value) => TEXT[1](value) && !String(value).includes("\0")];

/** The rule of `names`. */
export const NAMES: Rule = ["id or arrival", (value) => value === "id" || value === "arrival"];

const NAME: Rule = ["a file name, not a path", (value) => PATH[1](value) && !/[/\\]|^\.\.?$/.test(String(value))];

const RULES = { ...SIGNAL, folder: PATH, name: NAME, names: NAMES, overwrite: FLAG } as const;

/**
 * Saves a file on disk: under its name when all of it has come, and not before.
 *
 * Use it for one file, whatever its size: memory does not grow with it. What came of a download that ended early stays in
 * `.xsignals` in the folder, and the next call goes on with it if the server says that the file is the same one still. Two
 * programs may save the same file at once. Use {@link syncGroup} for all files of a group, and `data.open` for content that is
 * not to be on disk.
 *
 * A file that is there under its name with the size that the API tells is left alone: nothing is sent.
 *
 * @param data What `createData` made.
 * @param file The file, as a list has it, or its id.
 * @param options The folder, and what else there is to say.
 * @returns The path of the file: the folder as it was given, and the name.
 * @throws {TypeError} If an argument is wrong; nothing is sent then.
 * @throws {DataError} `not_found`, `gone`, `forbidden`; `http_error`, `unreachable`, `rate_limited`, `bad_response`,
 *   `unknown_path`, `link_refused`; `truncated`, `stalled`, `changed_meanwhile` or `size_mismatch` if it did not come whole;
 *   `exists` if another file has its name, `unsafe_target` if a link, a folder or a permission is in the way, `disk_full`.
 * @throws {Error} What the connection throws of itself, such as a session's `SessionError`; the signal's reason.
 *
 * @example The newest file of a group
 * ```ts
 * import { createData } from "@xsignals/data";
 * import { saveFile } from "@xsignals/data/disk";
 * import { createSession, login } from "@xsignals/session";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const { fetch } = createEmulator({ users: { login: "password" } });
 * const session = createSession({ strategy: login({ username: "login", password: "password" }), fetch });
 * const data = createData(session, { linkFetch: fetch }); // a program leaves linkFetch out
 * const folder = await Deno.makeTempDir();
 * const file = await data.newest("Market Notes");
 * const path = file && await saveFile(data, file, { folder });
 *
 * assertEquals(path, `${folder}/note_8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14.txt`);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function saveFile(data: Data, file: FileEntry | string, options: SaveOptions): Promise<string> {
  const calls = callsOf(data);
  const doing = "save the file";
  const isKnown: Rule[1] = (value) => TEXT[1](value) || isFile(value);
  checkArgument(doing, "file", file, ["a file of files(), or its fid", isKnown]);
  const fid = typeof file === "string" ? file : file.fid;
  checkArgument(doing, "file", fid, ["a file with an id", () => fid !== "." && fid !== ".."]);
  checkOptions(doing, options, RULES);
  const { folder, name, names, overwrite, signal } = options;
  checkArgument(doing, "folder", folder, PATH);
  signal?.throwIfAborted();
  const entry = typeof file === "string" ? await getFileEntry(calls, file, { signal }) : file;
  const work = beginWork(calls, `save the file ${printable(fid)}`, { signal, fid });
  const place = placeOf(folder, name ?? nameOnDisk(entry, names), fid);
  const isOwnName = name === undefined;
  if (await isThere(work, entry, place, { isOwnName, overwrite })) {
    await atDisk(work, place.parts, () => sweepLeft(place));
    return place.target;
  }
  await atDisk(work, folder, () => makeFolder(folder));
  await save(calls, work, entry, place, { isOwnName, overwrite }).finally(() => removeIfEmpty(place.parts));
  await syncFolder(folder);
  return place.target;
}

/** What may be replaced. */
interface Replacing {
  /** Whether the name says which file it is, so that one with the right size is this one. */
  readonly isOwnName: boolean;
  /** Whether another file is replaced. */
  readonly overwrite?: boolean;
  /** Whether nothing of the file has come before, and no other sync works in the folder. */
  readonly isFresh?: boolean;
}

/**
 * Saves a file that is not there, in a folder that is. Resolves with how many bytes it has, and with `undefined` if another
 * program was faster.
 */
export async function save(
  calls: Calls,
  work: Work,
  file: FileEntry,
  place: Place,
  replacing: Replacing,
): Promise<number | undefined> {
  const turn = turnAt(calls, work, place);
  try {
    if (!replacing.isFresh && await turn.wait() && await isThere(work, file, place, replacing)) return undefined;
    const { size, isSynced, bytes } = await fillPart(calls, work, file, place, turn);
    if (await isThere(work, file, place, replacing)) { // another program's, under a lock of its own
      if (turn.isMine()) await dropPart(place);
      return undefined;
    }
    await atDisk(work, place.target, () => bytes ? writeWhole(place, bytes) : complete(place, isSynced));
    return size;
  } catch (error) {
    const isKept = error instanceof DataError && error.code === "size_mismatch";
    const begun = await readBegun(place, file).catch(() => undefined);
    if (turn.isMine() && !isKept && !begun) await dropPart(place).catch(() => {});
    throw error;
  } finally {
    await turn.end();
  }
}

/**
 * Whether the file is at its place.
 *
 * @throws {DataError} `exists` if another one is and may not be replaced, `unsafe_target` if none can be there.
 */
export async function isThere(
  work: Work,
  { size }: FileEntry,
  { target }: Place,
  { isOwnName, overwrite = false }: Replacing,
): Promise<boolean> {
  const found = await atDisk(work, target, () => lookAt(target));
  if (!found) return false;
  if (found.kind !== "file") {
    const what = { link: "a symbolic link", folder: "a folder", other: "not a plain file" }[found.kind];
    throw refused(work, "unsafe_target", target, `is ${what}; give another folder, or move it away`);
  }
  if (isOwnName && (!size || size === found.size)) return true; // 0 means: not known
  if (overwrite) return false;
  const why = isOwnName ? `is there with ${found.size} bytes, and the file has ${size}` : "is there already";
  throw refused(work, "exists", target, `${why}; move it away, or say overwrite: true`);
}
