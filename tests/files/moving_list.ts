/** A server of one group's files, whose list moves between requests as a seed decides. */
import type { Random } from "../seeded_random.ts";

/** What kind of history it is. */
export interface Traffic {
  /** Entries on a page, whatever the request asks for. */
  readonly pageSize: number;
  /** How often a file arrives or goes before a request, from 0 to 1. */
  readonly restless: number;
  /** How often a file arrives at the very time of the one before, from 0 to 1. */
  readonly tied: number;
  /** Whether files of one time come in another order for each request. */
  readonly isShuffled: boolean;
}

/** So often the list moves at most: one that grows faster than it is read has no end. */
const MOST_MOVES = 40;

interface Listed {
  readonly fid: string;
  readonly at: number;
  /** Decides the order among files of one time. */
  readonly tie: number;
}

export type MovingList = ReturnType<typeof movingList>;

/** Makes the server, with some files. */
export function movingList({ pageSize, restless, tied, isShuffled }: Traffic, random: Random, count: number) {
  let files: Listed[] = [];
  let newest = Date.UTC(2024, 2, 1);
  let [made, requests, movesLeft] = [0, 0, MOST_MOVES];

  /** Some become visible up to ten minutes late. */
  function arrive(): void {
    if (!random.chance(tied)) newest += random.pick([1_000, 60_000]);
    const late = random.chance(0.3 * (1 - tied)) ? random.below(600) * 1_000 : 0;
    files.push({ fid: `f${made++}`, at: newest - late, tie: random.next() });
  }

  function move(): void {
    if (random.chance(0.6)) return arrive();
    files = files.toSpliced(random.below(files.length), 1);
  }

  function entryOf({ fid, at }: Listed) {
    return { fid, fileName: "orders.csv", groupName: "G", arrivalTime: new Date(at).toISOString().slice(0, 19) };
  }

  for (let left = count; left > 0; left--) arrive();
  return {
    baseUrl: "https://api.example",
    /** The ids that are listed now. */
    fids: () => new Set(files.map(({ fid }) => fid)),
    /** How many requests came. */
    requests: () => requests,
    arrive,
    move,
    fetch(input: string | URL | Request): Promise<Response> {
      const { pathname, searchParams } = new URL(input instanceof Request ? input.url : input);
      if (pathname !== "/file/search") return Promise.resolve(Response.json({ name: "G" }));
      requests++;
      for (; movesLeft > 0 && random.chance(restless); movesLeft--) move();
      const [from = 0, size = 100] = ["from", "size"].map((name) => Number(searchParams.get(name)));
      const sign = searchParams.get("sortOrder") === "asc" ? 1 : -1;
      if (isShuffled) files = files.map((file) => ({ ...file, tie: random.next() }));
      const sorted = files.toSorted((a, b) => sign * (a.at - b.at || a.tie - b.tie));
      const items = sorted.slice(from, from + Math.min(size, pageSize)).map(entryOf);
      return Promise.resolve(Response.json({ from, totalSize: files.length, items }));
    },
  };
}
