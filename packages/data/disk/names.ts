// What files are called on disk. All of it comes from others: no name leads out of its folder, or is two names somewhere.
import type { FileEntry } from "../types.ts";

/** What a name begins with: the file's own name (`id`), or its arrival (`arrival`), so that names sort by it. */
export type Names = "id" | "arrival";

/** The longest name, in bytes of UTF-8: file systems take 255, and others may want to add something. */
const MOST_BYTES = 200;

/** The longest id and the longest ending, in characters of one byte each. */
const [MOST_ID, MOST_ENDING] = [100, 20];

/** Devices on Windows, whatever follows a dot. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?=\.|$)/i;

/**
 * The name of a file on disk: `<stem>_<fid><ending>`, or `<arrival>_<stem>_<fid><ending>`.
 *
 * @param isCrowded Whether another file of the list has the same name, for a disk that ignores case.
 */
export function nameOnDisk({ fid, fileName, arrivalTime }: FileEntry, names: Names = "id", isCrowded = false): string {
  const clean = cleaned(fileName);
  const [, ending = ""] = /[^.](\.[A-Za-z0-9]+)$/.exec(clean) ?? [];
  const own = ending.length <= MOST_ENDING ? ending : "";
  const arrival = names === "arrival" && typeof arrivalTime === "string" ? cleaned(arrivalTime.slice(0, 40)) : "";
  const end = `_${isCrowded ? distinct(fid) : idOnDisk(fid)}${own}`;
  const stem = clean.slice(0, clean.length - own.length).replace(/[. ]+$/, "") || "file";
  const begin = arrival === "" ? stem : `${arrival}_${stem}`;
  const name = `${cut(begin, MOST_BYTES - bytesOf(end) - 1)}${end}`;
  return name.replace(RESERVED, "$&_");
}

/** The id of a file as part of a name; ids that differ stay different. */
export function idOnDisk(fid: string): string {
  return /^[\w-]+$/.test(fid) && fid.length <= MOST_ID ? fid : distinct(fid);
}

/** The id with a fingerprint: for one that a name cannot carry, or that differs from another one by case alone. */
function distinct(fid: string): string {
  return `${fid.replace(/[^\w-]/g, "_").slice(0, MOST_ID - 17)}-${fingerprint(fid)}`;
}

/** A name as others gave it, in one line and one folder, and in the one form that all systems keep. */
function cleaned(name: string): string {
  return name.toWellFormed().normalize("NFC").replace(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\ufffd/\\:*?"<>|]/gu, "_")
    .replace(/^[. ]+|[. ]+$/g, "");
}

/** As many characters as fit, none of them cut in two. */
function cut(text: string, most: number): string {
  let [length, bytes] = [0, 0];
  for (const character of text) {
    bytes += bytesOf(character);
    if (bytes > most) break;
    length += character.length;
  }
  return text.slice(0, length);
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

/** Sixteen hexadecimal digits, the same on every run: FNV-1a. */
function fingerprint(text: string): string {
  const hash = new TextEncoder().encode(text).reduce(
    (sum, byte) => BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100000001b3n),
    0xcbf29ce484222325n,
  );
  return hash.toString(16).padStart(16, "0");
}
