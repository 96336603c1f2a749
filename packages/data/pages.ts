// Pages of the API's lists: what is checked before an entry counts as one.
import type { Calls, Work } from "./calls.ts";
import { DataError } from "./data_error.ts";
import { failed } from "./failure.ts";
import type { SendOptions } from "./send.ts";
import type { Asked } from "./ask.ts";
import { type Page, WINDOW } from "./walk.ts";

/** How a page is asked for: one that reaches beyond the window may be refused, and that has a meaning of its own. */
export function pageOptions(from: number, size: number): SendOptions {
  return from + size > WINDOW ? { accept: [400, 500] } : {};
}

/**
 * Reads the page in an answer: the list under either of the names that the vendor's pages use.
 *
 * @param isEntry Whether an entry has what it must have.
 * @throws {DataError} `bad_response` for anything else, `listing_limit` if the server refused to go on.
 */
export function readPage<T>(
  calls: Calls,
  work: Work,
  { data, response: { ok, status } }: Asked<unknown>,
  isEntry: (entry: unknown) => entry is T,
): Page<T> {
  if (!ok) {
    const why =
      `the server lists no more than ${WINDOW} entries (it answered ${status}), and there are more; ask for fewer`;
    throw failed(work, "listing_limit", why, { status });
  }
  const { items, files, totalSize } = Object(data);
  const entries: unknown = items ?? files;
  if (!Array.isArray(entries)) throw failed(work, "bad_response", "the server's answer has no list", { status });
  if (!entries.every(isEntry)) {
    throw failed(work, "bad_response", "an entry of the server's list lacks its id or its name", { status });
  }
  const total = Number.isSafeInteger(totalSize) && totalSize >= 0 ? { total: Number(totalSize) } : {};
  calls.emit({ type: "page", at: calls.clock.now(), entries: entries.length, ...total });
  return { entries, ...total };
}

/**
 * Checks that the query can carry a group's name.
 *
 * @throws {DataError} `name_not_searchable` if it has a character that the query itself uses.
 */
export function checkSearchable(work: Work, group: string): void {
  const [found] = /[&=*]/.exec(group) ?? [];
  if (found === undefined) return;
  const why = `the query that lists files cannot carry a name with ${found}, and the vendor documents no escape for it`;
  throw new DataError("name_not_searchable", `Cannot ${work.what}: ${why}`);
}
