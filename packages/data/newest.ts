// The newest file of a group.
import { beginWork, type Calls } from "./calls.ts";
import { arrivalOf, filePages } from "./files.ts";
import { checkNamed } from "./options.ts";
import { printable } from "./printable.ts";
import type { Cancellable, FileEntry } from "./types.ts";

/** A search may find files of other groups first: so many are looked at in one request. */
const PAGE_SIZE = 100;

/** Gets the newest file: sorted by the server, and looked at again here. */
export async function getNewest(calls: Calls, group: string, options: Cancellable): Promise<FileEntry | undefined> {
  checkNamed("get the newest file", "group", group, options);
  const work = beginWork(calls, `get the newest file of ${printable(group)}`, options);
  for await (const page of filePages(calls, work, { group, newestFirst: true }, PAGE_SIZE)) {
    const [first, ...others] = page;
    if (first) return others.reduce((newest, file) => arrivalOf(file) > arrivalOf(newest) ? file : newest, first);
  }
}
