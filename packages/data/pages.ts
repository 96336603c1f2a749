// Pages of the API's lists: what is checked before an entry counts as one.
import { ask, type Operation } from "./ask.ts";
import type { Calls, Work } from "./calls.ts";
import { failed } from "./failure.ts";
import { type Page, WINDOW } from "./walk.ts";

/**
 * Asks for a page: the list under either of the names that the vendor's pages use.
 *
 * @param operation Asks for it.
 * @param isEntry Whether an entry has what it must have.
 * @throws {DataError} `bad_response` for anything else, `listing_limit` if the server refuses to go on behind its window.
 */
export async function askPage<T>(
  calls: Calls,
  work: Work,
  operation: Operation<unknown>,
  isEntry: (entry: unknown) => entry is T,
  { from, size }: PagePlace,
): Promise<Page<T>> {
  const accept = from + size > WINDOW ? [400, 500] : [];
  const { data, response: { ok, status } } = await ask(calls, work, operation, { accept });
  const fail = (code: "listing_limit" | "bad_response", why: string) => failed(work, code, why, { status });
  if (!ok) {
    throw fail("listing_limit", `the server lists no more than ${WINDOW} entries, and there are more; ask for fewer`);
  }
  const { items, files, totalSize, nextPageToken } = Object(data);
  const entries: unknown = items ?? files;
  if (!Array.isArray(entries)) throw fail("bad_response", "the server's answer has no list");
  if (!entries.every(isEntry)) throw fail("bad_response", "an entry of the server's list lacks its id or its name");
  const total = Number.isSafeInteger(totalSize) && totalSize >= 0 ? { total: Number(totalSize) } : {};
  const at = calls.clock.now();
  if (nextPageToken) calls.emit({ type: "next_page_token", at });
  calls.emit({ type: "page", at, entries: entries.length, ...total });
  return { entries, ...total };
}

/** Where a page begins, and how many entries are asked for. */
export interface PagePlace {
  /** The place of its first entry, from 0. */
  readonly from: number;
  /** How many. */
  readonly size: number;
}

/**
 * Checks that a query can carry a group's name, or another text.
 *
 * @throws {DataError} `name_not_searchable` if it has a character that the query itself uses.
 */
export function checkSearchable(work: Work, text: string): void {
  const [found] = /[&=*]/.exec(text) ?? [];
  if (found === undefined) return;
  const why = `the server's search cannot carry a name with ${found}, and the vendor documents no escape for it`;
  throw failed(work, "name_not_searchable", why);
}
