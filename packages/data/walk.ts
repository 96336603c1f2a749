// Reads a list that moves while it is read, page by page: nothing that was in it all the time is missed, nothing given twice.
import { DataError } from "./data_error.ts";

/** How far back in a list the servers probably go (the window of an Elasticsearch index), in entries. */
export const WINDOW = 10_000;

/** The largest page that the API gives, in entries. */
export const LARGEST_PAGE = 1_000;

/** How often a walk steps back, without a new entry in between, before it gives up. */
const MOST_STEPS = 50;

/** How often in a row a page may repeat the one before: as many entries may have arrived ahead of it as it begins later. */
const MOST_REPEATS = 5;

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
  read(from: number, size: number): Promise<Page<T>>;
  /** What makes an entry the same one again. */
  idOf(entry: T): string;
  /** What the list is sorted by; entries of the same key may come in any order. */
  keyOf(entry: T): string;
  /** Whether a key comes before another one in the order that was asked for. */
  precedes(key: string, other: string): boolean;
  /** How many entries are asked for at a time; {@link LARGEST_PAGE} if left out. */
  readonly size?: number;
}

/**
 * Walks a list, and yields the new entries of each page, in the order of the server.
 *
 * A page follows the ones before if it begins with an entry whose key comes before the last key that was read: whatever is
 * ahead of it has been read, however the list has shifted and whatever the order among equal keys. So the next page begins
 * one entry before the last key's first one. If it does not follow, the walk steps back, twice as far each time. Where a page
 * is not larger than the entries of one key, or the server sorts in another way, an entry that is known must do instead.
 *
 * @throws {DataError} `listing_unstable` if the list moves too fast, `bad_response` if the server repeats a page.
 */
export async function* walk<T>(list: Walked<T>): AsyncGenerator<readonly T[]> {
  const { what, idOf, keyOf, size = LARGEST_PAGE } = list;
  const seen = new Set<string>();
  let totals = new Set<number | undefined>();
  /** The farthest key that was read, and the newest page that followed: where it began, and its ids. */
  let last: { readonly key: string; readonly from: number; readonly ids: string } | undefined;
  let [from, end] = [0, 0];
  /** Steps back since there was something new, how far the next one goes, and pages in a row that repeat one another. */
  let [steps, stride, repeats] = [0, 0, 0];
  let [isSorted, isLoose] = [true, false];

  const precedes = (key: string, other: string) => isSorted && list.precedes(key, other);
  const fault = (why: string) => new DataError("bad_response", `Cannot ${what}: the server ${why}`);

  function stepBack(by: number, weight = 1): void {
    steps += weight;
    if (steps > MOST_STEPS) throw unstable(what);
    from = Math.max(0, from - by);
  }

  for (;;) {
    const most = from < WINDOW && end < WINDOW ? Math.min(size, WINDOW - from) : size;
    const { entries, total } = await readSteadily(list, from, most);
    const keys = entries.map(keyOf);
    const ids = JSON.stringify(entries.map(idOf));
    isSorted &&= keys.every((key, at) => at === 0 || !list.precedes(key, keys[at - 1]!));
    totals.add(total);
    if (
      from > 0 && !(entries[0] && last && (precedes(keys[0]!, last.key) || (isLoose && seen.has(idOf(entries[0])))))
    ) {
      stride = stride * 2 || Math.max(1, Math.floor(entries.length / 2));
      stepBack(stride);
      continue;
    }
    repeats = stride === 0 && last?.ids === ids ? repeats + 1 : 0;
    if (repeats > MOST_REPEATS) throw fault("repeats a page of the list");
    stride = 0;
    const fresh = entries.filter((entry) => seen.size !== seen.add(idOf(entry)).size);
    if (fresh.length > 0) {
      steps = 0;
      yield fresh;
    }
    end = from + entries.length;
    const key = keys.at(-1) ?? "";
    const isAhead = !last || !precedes(key, last.key);
    // A total of exactly the window may be where the server stopped to count.
    const isCounted = total !== undefined && total !== WINDOW;
    const isLast = isCounted ? end >= total : entries.length < most;
    if (isLast && (!isCounted || totals.size > 1 || seen.size >= total)) return;
    if (isLast) { // entries hid behind others of their key: read all of it once more
      if (repeats > 0 && steps >= MOST_STEPS / 2) throw fault("repeats a page of the list");
      stepBack(from, MOST_STEPS / 2);
      [last, totals] = [undefined, new Set()];
      continue;
    }
    const before = isAhead ? keys.findLastIndex((one) => precedes(one, key)) : entries.length - 1;
    isLoose = before <= 0;
    last = { key: isAhead ? key : last!.key, from, ids };
    from += isLoose ? entries.length - 1 : before;
    if (from === last.from) throw fault("does not go on with the list");
  }
}

/**
 * Reads a page. A server that gives one entry at a time leaves nothing to overlap: then two of them make a page, if the list
 * stands still meanwhile.
 */
async function readSteadily<T>({ what, read, idOf }: Walked<T>, from: number, size: number): Promise<Page<T>> {
  let page = await read(from, size);
  for (let tries = 0; tries < MOST_STEPS; tries++) {
    const { entries: [first, ...others], total } = page;
    if (first === undefined || others.length > 0 || size === 1 || total === undefined || total <= from + 1) return page;
    const next = await read(from + 1, size);
    const [second] = next.entries;
    if (second === undefined && next.total === total) return page; // the count is wrong
    page = await read(from, size);
    const [again] = page.entries;
    const isSame = again !== undefined && idOf(again) === idOf(first) && next.total === total && page.total === total;
    if (second !== undefined && isSame) return { entries: [first, second], total };
  }
  throw unstable(what);
}

function unstable(what: string): DataError {
  const why = "it changes faster than it can be read; try again later";
  return new DataError("listing_unstable", `Cannot ${what}: ${why}`, { retryable: true });
}
