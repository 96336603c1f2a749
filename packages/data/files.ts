// The files of a group, each once, however the list moves meanwhile.
import { searchFiles } from "@xsignals/client";
import { beginWork, type Calls, type Work } from "./calls.ts";
import { askGroup } from "./groups.ts";
import { wallTime } from "./ncsv/wall_time.ts";
import { checkArgument, checkOptions, FLAG, type Rule, SIGNAL, TEXT } from "./options.ts";
import { askPage, checkSearchable } from "./pages.ts";
import { printable } from "./printable.ts";
import type { Cancellable, FileEntry } from "./types.ts";
import { walk } from "./walk.ts";

/** Which files of a group. */
export interface FileQuery {
  /** The group's exact name. */
  readonly group: string;
  /**
   * Only files that arrived then or later, as in `2024-03-01` or `2024-03-01T12:00:00`: compared with `arrivalTime` as text,
   * in whatever zone the server keeps it. The list is then read from its newest end, and no farther than needed.
   */
  readonly since?: string;
  /** `true`: newest first; else oldest first. */
  readonly newestFirst?: boolean;
}

/** The rule of a time as the API writes it. */
export const LOCAL_TIME: Rule = [
  "a date or a local time such as 2024-03-01T12:00:00, without a zone",
  (value) => typeof value === "string" && !value.includes(" ") && wallTime(value) !== undefined,
];

/** Lists files. */
export function listFiles(calls: Calls, given: string | FileQuery, options: Cancellable): AsyncIterable<FileEntry> {
  const doing = "list the files";
  const query = typeof given === "string" ? { group: given } : given;
  checkOptions(doing, query, { group: TEXT, since: LOCAL_TIME, newestFirst: FLAG });
  checkArgument(doing, "group", query.group, TEXT);
  checkOptions(doing, options, SIGNAL);
  return filesOf(calls, query, options);
}

async function* filesOf(
  calls: Calls,
  { group, since = "", newestFirst = false }: FileQuery,
  options: Cancellable,
): AsyncGenerator<FileEntry> {
  const work = beginWork(calls, `list the files of ${printable(group)}`, options);
  if (since !== "" && !newestFirst) return yield* await filesSince(calls, work, group, since);
  for await (const page of filePages(calls, work, { group, since, newestFirst })) yield* page;
}

/** The files that arrived then or later, oldest first, read from the newest end of the list. */
export async function filesSince(calls: Calls, work: Work, group: string, since: string): Promise<FileEntry[]> {
  const found: FileEntry[] = [];
  for await (const page of filePages(calls, work, { group, since, newestFirst: true })) found.push(...page);
  return found.reverse().sort((a, b) => arrivalOf(a) < arrivalOf(b) ? -1 : Number(arrivalOf(a) > arrivalOf(b)));
}

/**
 * The pages of a group's files, without those of other groups, which a loose search may find; a page may be empty. With
 * `since`, which needs `newestFirst`, it ends where the older ones begin.
 *
 * @throws {DataError} `not_found` if there is no file and no such group, `name_not_searchable`, and what a walk throws.
 */
export async function* filePages(
  calls: Calls,
  work: Work,
  { group, since = "", newestFirst = false }: FileQuery,
  pageSize?: number,
): AsyncGenerator<readonly FileEntry[]> {
  checkSearchable(work, group);
  let isEmpty = true;
  const sortOrder = newestFirst ? "desc" : "asc";
  const pages = walk({
    what: work.what,
    idOf: ({ fid }: FileEntry) => fid,
    keyOf: arrivalOf,
    isDescending: newestFirst,
    size: pageSize,
    read: (page) => {
      const query = { query: `groupName=${group}`, sortBy: "arrivalTime", sortOrder, ...page } as const;
      return askPage(calls, work, (options) => searchFiles({ ...options, query }), isFile, page);
    },
  });
  for await (const page of pages) {
    const own = page.filter(({ groupName }) => groupName === group);
    isEmpty &&= own.length === 0;
    yield own.filter((file) => arrivalOf(file) >= since);
    if (page.some((file) => arrivalOf(file) < since)) break;
  }
  if (isEmpty) await askGroup(calls, work, group);
}

/** When a file arrived, as the server has it; empty if it does not say. */
export function arrivalOf({ arrivalTime }: FileEntry): string {
  return typeof arrivalTime === "string" ? arrivalTime : "";
}

/** Whether an entry of a list is a file. */
export function isFile(entry: unknown): entry is FileEntry {
  const { fid, fileName, groupName } = Object(entry);
  return typeof fid === "string" && fid !== "" && typeof fileName === "string" && typeof groupName === "string";
}
