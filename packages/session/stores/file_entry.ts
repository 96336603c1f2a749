/**
 * One entry in a file: read with suspicion, replaced as a whole.
 *
 * @module
 */
import type { StoreEntry } from "../types.ts";
import { fileError } from "./file_failure.ts";
import { decodeFile, encodeFile } from "./file_form.ts";

/** The largest file that is read, in bytes: a record has some thousands. */
const LARGEST = 1_048_576;

/**
 * The entry in the file; `null` when there is no file.
 *
 * Only for the holder of the lock of writes: else a damaged file could be set aside that was replaced by now.
 *
 * @throws {SessionError} `store_failed` when what is there is not a session's file of this user's alone. A damaged one is set
 *   aside first, once.
 */
export async function readFileEntry(path: string): Promise<StoreEntry | null> {
  const entry = await lookAtFile(path);
  if (entry === "damaged") throw fileError(path, await setAside(path));
  return entry;
}

/** The same without a lock: a damaged file is only told of. */
export async function lookAtFile(path: string): Promise<StoreEntry | "damaged" | null> {
  const bytes = await readOwn(path);
  if (bytes === null) return null;
  const content = await decodeFile(bytes);
  switch (content.kind) {
    case "entry":
      return { data: content.data, version: content.version };
    case "damaged":
      return "damaged";
    case "newer":
      throw fileError(path, "a newer version of this package wrote it");
    case "foreign":
      throw fileError(path, "it is not a session's file; remove it, or give another path");
  }
}

/** So often a file may be replaced between a look at it and its opening: each time somebody wrote. */
const MAX_LOOKS = 100;

async function readOwn(path: string): Promise<Uint8Array | null> {
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const info = await statOf(path);
    if (!info) return null;
    const why = suspicionOf(info);
    if (why !== undefined) throw fileError(path, why);
    const bytes = await readSame(path, info);
    if (bytes) return bytes;
  }
  throw fileError(path, "it is replaced on and on");
}

async function statOf(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Why a file is not to be trusted, whatever is in it. */
function suspicionOf(info: Deno.FileInfo): string | undefined {
  if (info.isSymlink) return "it is a symbolic link; give the path that it leads to";
  if (!info.isFile) return "it is not a file";
  if (Deno.build.os === "windows" || info.mode === null) return undefined;
  if (isAnothers(info)) return "it belongs to another user";
  if (info.mode & 0o077) {
    return `others may open it (mode ${(info.mode & 0o777).toString(8)}); chmod 600 it, or remove it`;
  }
  return (info.nlink ?? 1) > 1 ? "it has a second name, a hard link" : undefined;
}

function isAnothers({ uid }: Deno.FileInfo): boolean {
  const isKnown = Deno.permissions.querySync({ name: "sys", kind: "uid" }).state === "granted";
  return isKnown && uid !== Deno.uid();
}

/** Reads the very file that was looked at; `undefined` when there is another one, or a link, in its place by now. */
async function readSame(path: string, { dev, ino }: Deno.FileInfo): Promise<Uint8Array | undefined> {
  let opened;
  try {
    opened = await Deno.open(path, { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  try {
    const info = await opened.stat();
    if (Deno.build.os !== "windows" && (info.dev !== dev || info.ino !== ino)) return undefined;
    if (info.size > LARGEST) throw fileError(path, `it has more than ${LARGEST} bytes`);
    const bytes = new Uint8Array(info.size); // it is never written over, only replaced
    let length = 0;
    while (length < bytes.byteLength) {
      const more = await opened.read(bytes.subarray(length));
      if (more === null) break;
      length += more;
    }
    return bytes.subarray(0, length);
  } finally {
    opened.close(); // not `using`, which Node 20 cannot even read
  }
}

/** Puts a damaged file out of the way, so that the next start works; says what became of it. */
async function setAside(path: string): Promise<string> {
  const aside = `${path}.damaged`;
  if (await statOf(aside)) return `it is damaged, and an earlier one is kept at ${aside}; remove both`;
  await Deno.rename(path, aside);
  return `it was damaged, and is kept at ${aside} now`;
}

/** Writes the file as a whole: whoever reads sees the entry before, or this one. */
export async function writeFileEntry(path: string, data: Uint8Array): Promise<string> {
  const version = crypto.randomUUID();
  const temporary = `${path}.${version}.tmp`;
  const bytes = await encodeFile(version, data);
  const file = await Deno.open(temporary, { write: true, createNew: true, mode: 0o600 });
  try {
    try {
      await narrow(temporary, file);
      for (let written = 0; written < bytes.byteLength;) written += await file.write(bytes.subarray(written));
      await file.sync();
    } finally {
      file.close();
    }
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(path);
  return version;
}

/** Makes sure, before anything is in it, that the owner can use a new file and nobody else: a umask may leave him less. */
async function narrow(path: string, file: Deno.FsFile): Promise<void> {
  const mode = async () => ((await file.stat()).mode ?? 0) & 0o777;
  if (Deno.build.os === "windows" || await mode() === 0o600) return;
  await Deno.chmod(path, 0o600);
  if (await mode() !== 0o600) throw fileError(path, "this file system keeps no modes, and others could read the file");
}

/** Removes the file. */
export async function removeFileEntry(path: string): Promise<void> {
  await Deno.remove(path);
  await syncFolder(path);
}

/** Removes what writers left that were killed; none is at work, since the lock is held. */
export async function removeLeftovers(path: string): Promise<void> {
  const [, folder = "", name = ""] = /^(.*)\/([^/]*)$/s.exec(path) ?? [];
  for await (const entry of Deno.readDir(folder === "" ? "/" : folder)) {
    if (entry.isFile && entry.name.startsWith(`${name}.`) && /\.[0-9a-f-]{36}\.tmp$/.test(entry.name)) {
      await Deno.remove(`${folder}/${entry.name}`).catch(() => {});
    }
  }
}

/** Makes a rename outlast a crash of the machine, where the system lets a folder be synced. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await Deno.open(path.replace(/\/[^/]*$/, "") || "/", { read: true });
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows has no such thing.
  }
}
