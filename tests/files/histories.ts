/** Random histories of a list that moves, each read whole and by its arrivals; and the usual loop, which is broken. */
import { createData, DataError } from "@xsignals/data";
import { type Random, seededRandom } from "../seeded_random.ts";
import { type MovingList, movingList, type Traffic } from "./moving_list.ts";

/** Reads a list: the ids, in the order in which they come. */
export type Reader = (list: MovingList) => AsyncIterable<string>;

/** What came out of many histories. */
export type Counts = Record<"histories" | "missed" | "twice" | "gaveUp" | "requests" | "pages", number>;

/** `files` of the package. */
export async function* byFiles(list: MovingList): AsyncGenerator<string> {
  for await (const { fid } of createData(list).files("G")) yield fid;
}

/** What everybody writes: the next page begins where the last one ended. */
export async function* byUsualLoop(list: MovingList): AsyncGenerator<string> {
  for (let [from, total] = [0, 1]; from < total;) {
    const query = `from=${from}&size=1000&sortBy=arrivalTime&sortOrder=asc`;
    const page = await (await list.fetch(`${list.baseUrl}/file/search?${query}`)).json();
    for (const { fid } of page.items) yield fid;
    if (page.items.length === 0) return;
    from += page.items.length;
    total = page.totalSize;
  }
}

/** The traffic of a seed: pages of 1, 2 or 10; a third of the histories are in peace. */
function traffic(random: Random): Traffic {
  const pageSize = random.pick([1, 2, 10]);
  return { pageSize, restless: random.pick([0, 0.2, 0.5]), shuffled: false };
}

/** Plays histories in which a list is read once while it moves. */
export async function readWhole(runs: number, seed: number, reader: Reader): Promise<Counts> {
  const counts: Counts = { histories: runs, missed: 0, twice: 0, gaveUp: 0, requests: 0, pages: 0 };
  for (let run = 0; run < runs; run++) {
    const random = seededRandom(seed + run);
    const list = movingList(traffic(random), random, random.below(40));
    const before = list.fids();
    const given: string[] = [];
    const ended = await Array.fromAsync(reader(list), (fid) => given.push(fid)).catch(unstable);
    counts.gaveUp += ended === "unstable" ? 1 : 0;
    judge(counts, given, before.intersection(list.fids()), ended === "unstable");
  }
  return counts;
}

/** Plays histories in which arrivals are asked for again and again, each time with the cursor of the time before. */
export async function readArrivals(runs: number, seed: number): Promise<Counts> {
  const counts: Counts = { histories: runs, missed: 0, twice: 0, gaveUp: 0, requests: 0, pages: 0 };
  for (let run = 0; run < runs; run++) {
    const random = seededRandom(seed + run);
    const list = movingList(traffic(random), random, random.below(40));
    const data = createData(list);
    const given: string[] = [];
    let after: string | undefined;
    for (let calls = 0; calls < 5; calls++) {
      const before = list.fids();
      const ended = await data.arrivals("G", { after }).catch(unstable);
      if (ended === "unstable") counts.gaveUp++;
      else {
        given.push(...ended.files.map(({ fid }) => fid));
        after = ended.cursor;
        judge(counts, given, before.intersection(list.fids()), false);
      }
      for (let moves = random.below(12); moves > 0; moves--) list.move();
    }
  }
  return counts;
}

/** Reads lists of full pages in peace: each page but the first one begins two entries before the end of the last. */
export async function readInPeace(runs: number, seed: number): Promise<Counts> {
  const counts: Counts = { histories: runs, missed: 0, twice: 0, gaveUp: 0, requests: 0, pages: 0 };
  for (let run = 0; run < runs; run++) {
    const random = seededRandom(seed + run);
    const size = random.below(4_000);
    const list = movingList({ pageSize: 1_000, restless: 0, shuffled: true }, random, size);
    judge(counts, await Array.fromAsync(byFiles(list)), list.fids(), false);
    counts.requests += list.requests();
    counts.pages += Math.max(1, Math.ceil(size / 1_000));
  }
  return counts;
}

function judge(counts: Counts, given: readonly string[], stayed: ReadonlySet<string>, isOver: boolean): void {
  const all = new Set(given);
  if (all.size < given.length) counts.twice++;
  if (!isOver && !stayed.isSubsetOf(all)) counts.missed++;
}

function unstable(error: unknown): "unstable" {
  if (error instanceof DataError && error.code === "listing_unstable") return "unstable";
  throw error;
}
