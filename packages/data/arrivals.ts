// What has arrived in a group since the last time somebody asked.
import { beginWork, type Calls, type Work } from "./calls.ts";
import { failed } from "./failure.ts";
import { arrivalOf, filesSince, LOCAL_TIME } from "./files.ts";
import { wallTime } from "./ncsv/wall_time.ts";
import { checkNamed } from "./options.ts";
import { printable } from "./printable.ts";
import type { Cancellable, FileEntry } from "./types.ts";

/** How late a file may become visible, in ms: minutes are known of the platform. */
const LATE_MS = 15 * 60_000;

/** The longest cursor, in bytes of UTF-8. */
const MOST_BYTES = 16 * 1024;

/** Options of `arrivals`. */
export interface ArrivalOptions extends Cancellable {
  /** The cursor of the call before, as text; without it, all files of the group are new. */
  readonly after?: string;
  /** Where a first call begins, as in `2024-03-01`, for a group with a long past; it does not count beside `after`. */
  readonly since?: string;
}

/** What has arrived, and the cursor for the next call. */
export interface Arrivals {
  /** The files that no call before has given, oldest first. */
  readonly files: readonly FileEntry[];
  /** Give it to the next call. Keep it only after the work is done: what fails is then given again. Its text means nothing. */
  readonly cursor: string;
}

/** What a cursor says: the latest arrival that was seen, and the files of the 15 minutes before it. */
interface Cursor {
  readonly group: string;
  readonly latest: string;
  readonly fids: readonly string[];
}

/** Lists what has arrived. */
export async function listArrivals(calls: Calls, group: string, options: ArrivalOptions): Promise<Arrivals> {
  checkNamed("list the arrivals", "group", group, options, {
    after: ["a cursor of arrivals()", isText],
    since: LOCAL_TIME,
  });
  const { after, since = "" } = options;
  const before = after === undefined ? { group, latest: since, fids: [] } : readCursor(after);
  if (before.group !== group) throw new TypeError("Cannot list the arrivals: after is the cursor of another group");
  const work = beginWork(calls, `list the arrivals of ${printable(group)}`, options);
  const listed = await filesSince(calls, work, group, earlier(before.latest)); // sorted
  const known = new Set(before.fids);
  const newest = listed.at(-1);
  const latest = newest && arrivalOf(newest) > before.latest ? arrivalOf(newest) : before.latest;
  const window = earlier(latest);
  const fids = listed.filter((file) => arrivalOf(file) >= window).map(({ fid }) => fid);
  const first = after === undefined ? since : "";
  const files = listed.filter((file) => !known.has(file.fid) && arrivalOf(file) >= first);
  return { files, cursor: writeCursor(work, { group, latest, fids }) };
}

/** The time 15 minutes before, in the same form. The zone does not matter: both are in that of the list. */
function earlier(arrival: string): string {
  const at = wallTime(arrival.replace(/Z$/, ""));
  return at === undefined ? "" : new Date(at - LATE_MS).toISOString().slice(0, 19);
}

function writeCursor(work: Work, { group, latest, fids }: Cursor): string {
  const text = JSON.stringify([1, group, latest, ...fids]);
  if (new TextEncoder().encode(text).byteLength <= MOST_BYTES) return text;
  const why = `${fids.length} files arrived within 15 minutes, more than a cursor can hold; list them with files()`;
  throw failed(work, "listing_unstable", why);
}

function readCursor(text: string): Cursor {
  let parts: unknown;
  try {
    parts = text.length <= MOST_BYTES && JSON.parse(text);
  } catch {
    // It is not a cursor.
  }
  const [version, group, latest, ...fids] = Array.isArray(parts) ? parts : [];
  if (version === 1 && isText(group) && isText(latest) && fids.every(isText)) return { group, latest, fids };
  throw new TypeError("Cannot list the arrivals: after must be a cursor of arrivals()");
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
