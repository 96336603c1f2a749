/**
 * The form of a session's file: a line that names the form, the version of the entry, its length and its checksum, and then
 * the record as it is.
 *
 * @module
 */

/** What every such file begins with. */
const MAGIC = "xsignals-session 1 ";

/** The longest first line, in bytes. */
const LONGEST_HEAD = 200;

/** What a file holds. */
export type FileContent =
  | { readonly kind: "entry"; readonly version: string; readonly data: Uint8Array }
  /** One of ours, torn or changed. */
  | { readonly kind: "damaged" }
  /** One of ours, of a form that this code does not know. */
  | { readonly kind: "newer" }
  /** Something else. */
  | { readonly kind: "foreign" };

/** The file's bytes. */
export async function encodeFile(version: string, data: Uint8Array): Promise<Uint8Array> {
  const head = new TextEncoder().encode(`${MAGIC}${version} ${data.byteLength} ${await checksum(version, data)}\n`);
  const bytes = new Uint8Array(head.byteLength + data.byteLength);
  bytes.set(head);
  bytes.set(data, head.byteLength);
  return bytes;
}

/** Reads a file's bytes. */
export async function decodeFile(bytes: Uint8Array): Promise<FileContent> {
  const end = bytes.subarray(0, LONGEST_HEAD).indexOf(0x0a);
  const head = new TextDecoder().decode(bytes.subarray(0, end < 0 ? LONGEST_HEAD : end));
  if (!head.startsWith(MAGIC)) {
    // Cut before the first line was whole, or empty; or what a crash of the machine leaves of a file.
    if (MAGIC.startsWith(head) || bytes.every((byte) => byte === 0)) return { kind: "damaged" };
    return { kind: /^xsignals-session \d+ /.test(head) ? "newer" : "foreign" };
  }
  const [, version, length, sum] = /^xsignals-session 1 (\S+) (\d+) (\S+)$/.exec(head) ?? [];
  const data = bytes.slice(end + 1);
  if (end < 0 || version === undefined || Number(length) !== data.byteLength) return { kind: "damaged" };
  return await checksum(version, data) === sum ? { kind: "entry", version, data } : { kind: "damaged" };
}

/** Tells a torn file from a whole one; it protects from no one. */
async function checksum(version: string, data: Uint8Array): Promise<string> {
  const bytes = new Uint8Array([...new TextEncoder().encode(version), 0x0a, ...data]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
