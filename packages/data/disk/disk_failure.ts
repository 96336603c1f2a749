// What the disk refuses, as errors of the package.
import { DataError, type DataErrorCode } from "../data_error.ts";
import { describeError, printable } from "../printable.ts";

/** What is written, for the errors. */
export interface Writing {
  /** What is done, as in "save the file": messages begin with "Cannot" and this. */
  readonly what: string;
  /** The id of the file. */
  readonly fid?: string;
}

/** Systems' words for a disk, or an account's share of it, that takes no more. */
const FULL = ["ENOSPC", "EDQUOT"];

/** Other words of systems that are about a disk, not about a connection. */
const OF_DISK = [...FULL, "EIO", "EFBIG", "EROFS", "EACCES", "EPERM", "EBADF", "EISDIR", "ENOTDIR", "ENXIO", "ESTALE"];

/** Names of errors of what is in the way of a file or folder. */
const IN_THE_WAY = ["AlreadyExists", "NotADirectory", "IsADirectory", "FilesystemLoop"];

/** The error of a path that cannot be used. */
export function refused({ what, fid }: Writing, code: DataErrorCode, path: string, why: string): DataError {
  return new DataError(code, `Cannot ${what}: ${printablePath(path)} ${why}`, { fid });
}

/** Runs what works with a path, and turns the system's errors into those of the package. */
export async function atDisk<T>(writing: Writing, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DataError ? error : diskError(writing, path, error);
  }
}

/** Whether an error of a body on its way to a file is about the file. */
export function isOfDisk(error: unknown): boolean {
  return OF_DISK.includes(Object(error).code);
}

/** The error of a system's error; it tells the place, and how to go on. */
export function diskError(writing: Writing, path: string, error: unknown): DataError {
  const { name, code } = Object(error);
  if (FULL.includes(code)) {
    return refused(writing, "disk_full", path, "does not fit on the disk; free some space, and run it again");
  }
  const why = name === "NotCapable" && /^Requires all access/.test(Object(error).message)
    ? "cannot be used: Deno lets no program write there without all permissions; give another path"
    : name === "NotCapable"
    ? "is not permitted to the program; run it with --allow-read and --allow-write for that folder"
    : name === "PermissionDenied" || code === "EROFS"
    ? "cannot be written to: the system denies it; give another folder, or change its permissions"
    : IN_THE_WAY.includes(name)
    ? "cannot be used: something that is not a folder, or not a plain file, is in the way"
    : `cannot be used (${describeError(error)})`;
  return refused(writing, "unsafe_target", path, why);
}

/** A path as a message shows it: its end, if it is long. */
function printablePath(path: string): string {
  return path.length > 300 ? `…${printable(path.slice(-90))}` : path.match(/.{1,90}/gsu)?.map(printable).join("") ?? "";
}
