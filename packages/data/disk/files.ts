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
   * Writes a body to its end. Closes the file, however it ends.
   *
   * @param isSmall Whether to keep every byte that came, if it fails; else the platform may do without JavaScript, and then
   *   loses a last piece of some bodies.
   * @param onEnd Called when all has come, before that is brought to the disk for good.
   * @returns If it is small, how many bytes came; they outlast a crash of the machine then.
   */
  receive(
    body: ReadableStream<Uint8Array> | null,
    signal: AbortSignal,
    isSmall?: boolean,
    onEnd?: () => void,
  ): Promise<number | undefined>;
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
 * Opens a new file to write, in place of whatever is there.
 *
 * @param clear Called first if something is there.
 */
export async function createPart(path: string, clear?: () => Promise<void>): Promise<Opened> {
  return opened(await createNew(path, clear));
}

/**
 * Opens the very file that is there, to write from its end on.
 *
 * Its writes go to positions, they are not appended: one that comes late, after an abort, does no harm.
 */
export async function continuePart(path: string, from: number): Promise<Opened> {
  const before = await Deno.lstat(path);
  const file = await Deno.open(path, { write: true });
  const { dev, ino } = await file.stat();
  if (before.dev !== dev || before.ino !== ino) {
    file.close();
    throw new Deno.errors.FilesystemLoop("another file is in its place");
  }
  await file.seek(from, Deno.SeekMode.Start);
  return opened(file);
}

async function createNew(path: string, clear?: () => Promise<void>): Promise<Deno.FsFile> {
  const options = { write: true, createNew: true };
  try {
    return await Deno.open(path, options);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    await clear?.();
    await removeFile(path);
    return await Deno.open(path, options);
  }
}

function opened(file: Deno.FsFile): Opened {
  return {
    close: () => file.close(),
    async receive(body, signal, isSmall = false, onEnd) {
      let written = 0;
      const sink = new WritableStream<Uint8Array>({ // keeps every byte that came before a failure
        async write(chunk) {
          for (let at = 0; at < chunk.byteLength;) at += await file.write(chunk.subarray(at));
          written += chunk.byteLength;
        },
      });
      try {
        await body?.pipeTo(isSmall ? sink : file.writable, { signal, preventAbort: true });
        onEnd?.();
        if (!isSmall) return undefined;
        await file.sync();
        return written;
      } catch (error) {
        await file.stat().catch(() => {}); // behind the write that is going on
        throw error;
      } finally {
        closeAnyway(file);
      }
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

/** The text of a file; `undefined` if there is none, or a link or something else in its place. */
export async function readText(path: string): Promise<string | undefined> {
  return (await statOf(path))?.isFile ? await Deno.readTextFile(path) : undefined;
}

/** Writes a text file as a whole, in place of whatever is there. */
export async function writeText(path: string, text: string): Promise<void> {
  await createText(`${path}.tmp`, text);
  await Deno.rename(`${path}.tmp`, path);
}

/** Writes a text file in place of whatever is there. A crash may leave the beginning of it. */
export async function createText(path: string, text: string): Promise<void> {
  await createFile(path, new TextEncoder().encode(text));
}

/** Writes a file in place of whatever is there; `isSynced`: so that its bytes outlast a crash of the machine. */
export async function createFile(path: string, bytes: Uint8Array, isSynced = false): Promise<void> {
  const file = await createNew(path);
  try {
    for (let at = 0; at < bytes.byteLength;) at += await file.write(bytes.subarray(at));
    if (isSynced) await file.sync();
  } finally {
    file.close();
  }
}

/** Writes text at the end of a file, which is made if it is missing. */
export async function appendText(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text, { append: true });
}

/** Makes sure that a file outlasts a crash of the machine, unless it does already, then renames it in one step. */
export async function completeFile(path: string, to: string, isSynced = false): Promise<void> {
  if (!isSynced) {
    const file = await Deno.open(path, { write: true });
    await file.sync().finally(() => file.close());
  }
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

/** Removes a folder if nothing is in it. */
export async function removeIfEmpty(folder: string): Promise<void> {
  await Deno.remove(folder).catch(() => {});
}

/** Takes a lock if nobody has it, in this process or another one; makes its folder where it is missing. */
export async function tryLock(folder: string, name: string): Promise<Held | undefined> {
  const path = `${folder}/${name}`;
  for (;;) {
    const file = await openLock(folder, path);
    if (!file) continue; // it was just removed, or its folder, because that was empty
    let isHeld = false;
    try {
      if (!(await file.tryLock(true))) return undefined;
      isHeld = (await file.stat()).nlink !== 0;
    } finally {
      if (!isHeld) file.close();
    }
    if (!isHeld) continue; // its holder has just removed it
    return {
      async release() {
        await Deno.remove(path).catch(() => {}); // first: afterwards it may be another's
        file.close();
      },
    };
  }
}

async function openLock(folder: string, path: string): Promise<Deno.FsFile | undefined> {
  const info = await statOf(folder);
  if (!info) await Deno.mkdir(folder, { recursive: true });
  if (info && !info.isDirectory) throw new Deno.errors.FilesystemLoop("a link or a file is in the way");
  try {
    return await Deno.open(path, { write: true, createNew: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  if ((await statOf(path))?.isFile === false) throw new Deno.errors.FilesystemLoop("it is not a file");
  try {
    return await Deno.open(path, { write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function statOf(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
