// Reads a list that moves while it is read, page by page: nothing that was in it all the time is missed, nothing given twice.
import { DataError, type DataErrorCode } from "./data_error.ts";

/** How far back in a list the servers probably go (the window of an Elasticsearch index), in entries. */
export const WINDOW = 10_000;

/** The largest page that the API gives, in entries. */
const LARGEST_PAGE = 1_000;

/**
 * How often a walk steps back because the list has shifted, without a new entry in between, and how often in between it counts
 * the entries of one key again, before it gives up.
 */
const MOST_STEPS = 50;

/**
 * So many entries of one key are asked for again by the next page while they are counted. If they come in the order of before,
 * the order stands; one alone may come to its place by chance, and then an entry can hide behind it.
 */
const OVERLAP = 3;

/** So many entries that come again in other places are a fault of the server, and neither chance nor a move of the list. */
const MOST_REPEATED = 20;

/** A page of a list. */
export interface Page<T> {
  /** Its entries. */
  readonly entries: readonly T[];
  /** How many entries the list has, as the server counts. */
  readonly total?: number;
}

/** A list that can be walked. */
export interface Walked<T> {
  /** What is done, for the errors. */
  readonly what: string;
  /** Reads a page. */
  read(page: { readonly from: number; readonly size: number }): Promise<Page<T>>;
  /** What makes an entry the same one again. */
  idOf(entry: T): string;
  /** What the list is sorted by, if that is known; entries of one key may come in any order, and in another one each time. */
  keyOf?(entry: T): string;
  /** Whether greater keys come first. */
  readonly isDescending?: boolean;
  /** How many entries are asked for at a time; {@link LARGEST_PAGE} if left out. */
  readonly size?: number;
}

/**
 * Walks a list, and yields the new entries of each page, sorted by their keys.
 *
 * A page follows the ones before if it begins with an entry whose key comes before the last key that was read: whatever is
 * ahead of it has been read, however the list has shifted and whatever the order among equal keys. So the next page begins
 * one entry before the last key's first one. If it does not follow, the walk steps back, twice as far each time.
 *
 * More entries of one key than a page holds are counted instead, while the total stays the same: pages overlap, and as many
 * must be found as there are places for them. Where pages do not join, because the order changes or they are small, the same
 * ones must be found twice, before the same key. A list in an order that nobody knows is one key as a whole.
 *
 * @throws {DataError} `listing_unstable` if the list moves too fast, `bad_response` if the server repeats a page or ends early.
 */
export async function* walk<T>(
  { what, read, idOf, keyOf = () => "", isDescending = false, size = LARGEST_PAGE }: Walked<T>,
): AsyncGenerator<readonly T[]> {
  const given = new Set<string>();
  let [from, end, steps, passes, stride, repeated] = [0, 0, 0, 0, 0, 0];
  let isSorted = true;
  let before: { readonly from: number; readonly ids: readonly string[]; readonly total?: number } = { from, ids: [] };
  /** The farthest key that was read. */
  let last: string | undefined;
  /** Where its entries begin, while they are counted; those that were found, and whether all pages joined. */
  let start: number | undefined;
  let found = new Set<string>();
  let isJoined = true;
  /** All of them, as they were found before, and the key that came next. */
  let complete: { readonly ids: ReadonlySet<string>; readonly next?: string } | undefined;

  const precedes = (key: string, other: string) => isDescending ? key > other : key < other;
  const fault = (why: string, code: DataErrorCode = "bad_response") =>
    new DataError(code, `Cannot ${what}: ${why}`, { retryable: code === "listing_unstable" });

  function forget(): void {
    [start, found, complete, isJoined] = [undefined, new Set(), undefined, true];
  }

  function limit(count: number): void {
    if (count > MOST_STEPS) throw fault("it changes faster than it can be read; try again later", "listing_unstable");
  }

  function* fresh(entries: readonly T[]): Generator<readonly T[]> {
    const news = entries.filter((entry) => given.size !== given.add(idOf(entry)).size);
    if (news.length === 0) return;
    [steps, passes] = [0, 0];
    yield news;
  }

  for (;;) {
    const most = from < WINDOW && end < WINDOW ? Math.min(size, WINDOW - from) : size;
    const { entries, total } = await read({ from, size: most });
    end = from + entries.length;
    const ids = entries.map(idOf);
    // A total of exactly the window may be where the server stopped to count.
    const isLast = total !== undefined && total !== WINDOW ? end >= total : entries.length < most;
    const isSteady = total === before.total;
    if (!isSteady) forget();
    isJoined &&= start === undefined || (before.from + before.ids.length === from + OVERLAP &&
      before.ids.slice(-OVERLAP).join("\n") === ids.slice(0, OVERLAP).join("\n"));
    const isSame = isSteady && before.from !== from && before.ids.join("\n") === ids.join("\n");
    repeated = isSame ? repeated + ids.length : 0;
    before = { from, ids, total };

    const keys = entries.map((entry) => isSorted ? keyOf(entry) : "");
    if (!(from === 0 && isLast) && keys.some((key, at) => precedes(key, keys[at - 1] ?? key))) {
      [isSorted, from, last] = [false, 0, undefined];
      forget();
      continue;
    }
    if (!isLast && ids.length === 0 && (isSteady || from === 0)) throw fault("the server's list ends before its count");
    if (from === 0 || (ids.length > 0 && last !== undefined && precedes(keys[0]!, last))) start = undefined;
    else if (start === undefined) {
      if (stride === 0) limit(++steps);
      passes = 0;
      from = Math.max(0, from - (stride = stride * 2 || Math.max(1, ids.length >> 1)));
      continue;
    }
    stride = 0;
    if (repeated > MOST_REPEATED) throw fault("the server repeats a page of the list");

    if (start !== undefined) {
      const ahead = keys.findIndex((key) => precedes(last!, key));
      const own = ahead < 0 ? entries : entries.slice(0, ahead);
      for (const entry of own) found.add(idOf(entry));
      yield* fresh(own);
      if (ahead < 0 && !isLast) {
        from = Math.max(from + 1, end - OVERLAP);
        continue;
      }
      const places = from + own.length - start;
      const isFound = found.size === places;
      const next = keys[own.length];
      const isFoundAgain = complete !== undefined && complete.next === next && found.isSubsetOf(complete.ids);
      if (!isFound || !(isJoined || isFoundAgain)) {
        // Some hide behind others, or what was found may be gone.
        if (found.size >= places) [complete, found] = [isFound ? { ids: found, next } : undefined, new Set()];
        [from, start, isJoined] = [Math.max(0, start - 1), undefined, found.size === 0];
        limit(++passes);
        continue;
      }
    }
    yield* fresh(entries);
    if (isLast) return;
    const key = keys.at(-1)!;
    if (last === undefined || precedes(last, key)) {
      forget();
      last = key;
    }
    const known = keys.findLastIndex((one) => precedes(one, last!));
    if (known > 0) from += known;
    else { // no page could begin with an earlier key and get further
      start = from + known + 1;
      for (const entry of entries.slice(known + 1)) found.add(idOf(entry));
      from = Math.max(from + 1, end - OVERLAP);
    }
  }
}
