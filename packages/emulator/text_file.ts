/** The largest file that an option may name, in bytes. */
const MAX_FILE = 16 * 2 ** 20;

/**
 * Reads the text of a file that an option names.
 *
 * @throws {TypeError} If there is none, it is too large or not UTF-8; the message is only the reason.
 * @throws {Error} If the permission is missing.
 */
export function readText(path: string): string {
  if (Deno.permissions.requestSync({ name: "read", path }).state !== "granted") {
    throw new Error("Cannot read the file of an option: run with --allow-read");
  }
  const bytes = new Uint8Array(MAX_FILE + 1);
  let size = 0;
  try {
    using file = Deno.openSync(path);
    for (let read = 1; read > 0 && size < bytes.length; size += read) read = file.readSync(bytes.subarray(size)) ?? 0;
  } catch (error) {
    throw new TypeError(error instanceof Deno.errors.NotFound ? "there is no such file" : "the file cannot be read");
  }
  if (size > MAX_FILE) throw new TypeError(`the file is larger than ${MAX_FILE / 2 ** 20} MiB`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, size));
  } catch {
    throw new TypeError("the file is not UTF-8");
  }
}
