// What a system's error means, in words: paths that cannot be used, and outputs that take no more.

const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: "the system denies it",
  EPERM: "the system denies it",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk has no more room for this user",
  ENOENT: "there is no such folder",
  ENOTDIR: "a file is in the place of a folder",
  EISDIR: "it is a folder",
  EIO: "the disk has an error",
};

/**
 * Why the system did not do it. An error's own text may have more than a message should say, so only its code is shown.
 *
 * @param error What the runtime threw.
 */
export function whyOfSystem(error: unknown): string {
  const { name, code = "", message = "" } = Object(error);
  if (name === "NotCapable" && /^Requires all access/.test(message)) {
    return "Deno lets no program write there without all permissions; choose another path";
  }
  if (name === "NotCapable") return "run the program with --allow-read and --allow-write for it";
  return MEANINGS[code] ?? (/^[A-Z]{1,20}$/.test(code) ? `the system answered ${code}` : "the system refused it");
}
