// Files and folders, as Deno has them: the one file of the package that names it. Errors are the system's own.

/** What is at a path. */
export interface Found {
  /** What it is; a symbolic link is one, wherever it leads. */
  readonly kind: "file" | "folder" | "link" | "other";
  /** Its length in bytes. */
  readonly size: number;
  /** Whether it has a second name somewhere: who writes to it changes that, too. */
  readonly isShared: boolean;
}

/** A lock that the kernel holds for this process, and gives back if the process dies. */
export interface Held {
  /** Gives it back, and removes its file. */
  release(): Promise<void>;
}

/** A file that is written. */
export interface Opened {
  /**
   * Writes a body to its end, and makes it outlast a crash of the machine. Closes the file, however it ends.
   *
   * @param isSmall Whether to keep every byte that came, if it fails; else the platform may do without JavaScript, and then
   *   loses a last piece of some bodies.
   */
  receive(body: ReadableStream<Uint8Array> | null, signal: AbortSignal, isSmall?: boolean): Promise<void>;
  /** Closes it. */
  close(): void;
}

/** Looks at a path without following a link there; `undefined` if there is nothing. */
export async function lookAt(path: string): Promise<Found | undefined> {
  const info = await statOf(path);
  if (!info) return undefined;
  const kind = info.isSymlink ? "link" : info.isDirectory ? "folder" : info.isFile ? "file" : "other";
  return { kind, size: info.size, isShared: (info.nlink ?? 1) > 1 };
}

/** Makes a folder, and those that it is in, where they are missing. */
export async function makeFolder(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true });
}

/** The names in a folder; none if it does not exist. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/**
 * Opens a file to write: a new one in place of whatever is there, or the very one that is there, from its end on.
 *
 * Its writes go to positions, they are not appended: one that comes late, after an abort, does no harm.
 */
export async function openPart(path: string, from: number): Promise<Opened> {
  if (from === 0) await removeFile(path);
  const before = from === 0 ? undefined : await Deno.lstat(path);
  const file = await Deno.open(path, { write: true, createNew: from === 0 });
  const { dev, ino } = await file.stat();
  if (before && (before.dev !== dev || before.ino !== ino)) {
    file.close();
    throw new Deno.errors.FilesystemLoop("another file is in its place");
  }
  await file.seek(from, Deno.SeekMode.Start);
  return {
    close: () => file.close(),
    async receive(body, signal, isSmall = false) {
      const sink = isSmall ? sinkOf(file) : file.writable;
      try {
        await body?.pipeTo(sink, { signal, preventAbort: true });
      } catch (error) {
        await file.stat().catch(() => {}); // behind the write that is going on
        closeAnyway(file);
        throw error;
      }
      closeAnyway(file);
      const written = await Deno.open(path, { write: true });
      await written.sync().finally(() => written.close());
    },
  };
}

/** Closes a file that a pipe may have closed. */
function closeAnyway(file: Deno.FsFile): void {
  try {
    file.close();
  } catch {
    // It has.
  }
}

/** Keeps every byte that came before a failure, which the file's own `writable` does not. */
function sinkOf(file: Deno.FsFile): WritableStream<Uint8Array> {
  return new WritableStream({
    async write(chunk) {
      for (let at = 0; at < chunk.byteLength;) at += await file.write(chunk.subarray(at));
    },
  });
}

/** The text of a file; `undefined` if there is none, or a link or something else in its place. */
export async function readText(path: string): Promise<string | undefined> {
  return (await statOf(path))?.isFile ? await Deno.readTextFile(path) : undefined;
}

/** Writes a text file as a whole, in place of whatever is there. */
export async function writeText(path: string, text: string): Promise<void> {
  await removeFile(`${path}.tmp`);
  await Deno.writeTextFile(`${path}.tmp`, text, { createNew: true });
  await Deno.rename(`${path}.tmp`, path);
}

/** Writes text at the end of a file, which is made if it is missing. */
export async function appendText(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text, { append: true });
}

/** Renames a file in one step. */
export async function moveFile(path: string, to: string): Promise<void> {
  await Deno.rename(path, to);
}

/** Removes a file or a link; no error if it is not there. */
export async function removeFile(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Makes renames outlast a crash of the machine, where the system lets a folder be synced. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await Deno.open(path, { read: true });
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows has no such thing.
  }
}

/** Takes a lock if nobody has it, in this process or another one; makes its folder where it is missing. */
export async function tryLock(folder: string, name: string): Promise<Held | undefined> {
  const path = `${folder}/${name}`;
  for (;;) {
    const file = await openLock(folder, path);
    if (!file) continue; // its folder was just removed, because it was empty
    let isHeld = false;
    try {
      if (!(await file.tryLock(true))) return undefined;
      isHeld = await isStillAt(path, file);
    } finally {
      if (!isHeld) file.close();
    }
    if (!isHeld) continue; // its holder has just removed it
    return {
      async release() {
        await Deno.remove(path).catch(() => {}); // first: nobody may remove what is another's by now
        file.close();
        await Deno.remove(folder).catch(() => {}); // only if it is empty
      },
    };
  }
}

async function openLock(folder: string, path: string): Promise<Deno.FsFile | undefined> {
  await Deno.mkdir(folder, { recursive: true });
  for (const [at, isRight] of [[folder, "isDirectory"], [path, "isFile"]] as const) {
    const info = await statOf(at);
    if (info && !info[isRight]) throw new Deno.errors.FilesystemLoop(`${at} is in the way`);
  }
  try {
    return await Deno.open(path, { read: true, write: true, create: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function isStillAt(path: string, file: Deno.FsFile): Promise<boolean> {
  const [named, held] = [await statOf(path), await file.stat()];
  return named?.ino === held.ino && named.dev === held.dev;
}

async function statOf(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
