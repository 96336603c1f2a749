/** Random histories of a list that moves, read by the package and by the usual loop. */
import { createData, DataError } from "@xsignals/data";
import { seededRandom } from "../seeded_random.ts";
import { type MovingList, movingList } from "./moving_list.ts";

/** Reads a list, so many times if it goes on from the time before; gives the ids of each time. */
export type Reader = (list: MovingList, moveOn: () => void) => AsyncIterable<readonly string[]>;

/** `files` of the package, once. */
export async function* byFiles(list: MovingList): AsyncGenerator<string[]> {
  yield await Array.fromAsync(createData(list).files("G"), ({ fid }) => fid);
}

/** `arrivals` of the package, four runs, each with the cursor of the run before. */
export async function* byArrivals(list: MovingList, moveOn: () => void): AsyncGenerator<string[]> {
  const data = createData(list);
  for (let [runs, after] = [0, undefined as string | undefined]; runs < 4; runs++) {
    const { files, cursor } = await data.arrivals("G", { after });
    yield files.map(({ fid }) => fid);
    after = cursor;
    moveOn();
  }
}

/** What everybody writes: the next page begins where the last one ended. */
export async function* byUsualLoop(list: MovingList): AsyncGenerator<string[]> {
  const given: string[] = [];
  for (let [from, total] = [0, 1]; from < total;) {
    const query = `from=${from}&size=1000&sortBy=arrivalTime&sortOrder=asc`;
    const page = await (await list.fetch(`${list.baseUrl}/file/search?${query}`)).json();
    if (page.items.length === 0) break;
    given.push(...page.items.map(({ fid }: { fid: string }) => fid));
    from += page.items.length;
    total = page.totalSize;
  }
  yield given;
}

/**
 * Plays histories: pages of 1, 2 or 10, a third of them in peace, two thirds with more files of one time than a
 * page holds, half of them in another order of these for each request. Counts those in which a file that was there from beginning to
 * end of a reading was not given, or one was given twice, and those in which the reader said `listing_unstable`.
 */
export async function play(histories: number, seed: number, reader: Reader) {
  const counts = { histories, missed: 0, twice: 0, unstable: 0 };
  for (let history = 0; history < histories; history++) {
    const random = seededRandom(seed + history);
    const traffic = {
      pageSize: random.pick([1, 2, 10]),
      restless: random.pick([0, 0.2, 0.5]),
      tied: random.pick([0.5, 0.95, 1]),
      isShuffled: random.chance(0.5),
    };
    const list = movingList(traffic, random, random.below(40));
    const given: string[] = [];
    let before = list.fids();
    const moveOn = () => {
      for (let moves = random.below(12); moves > 0; moves--) list.move();
      before = list.fids();
    };
    let isMissed = false;
    try {
      for await (const fids of reader(list, moveOn)) {
        given.push(...fids);
        isMissed ||= !before.intersection(list.fids()).isSubsetOf(new Set(given));
      }
    } catch (error) {
      if (!(error instanceof DataError && error.code === "listing_unstable")) throw error;
      counts.unstable++;
    }
    if (isMissed) counts.missed++;
    if (new Set(given).size < given.length) counts.twice++;
  }
  return counts;
}

/** Reads lists of full pages in peace, and counts the requests and the pages. */
export async function playInPeace(histories: number, seed: number) {
  const counts = { histories, requests: 0, pages: 0 };
  for (let history = 0; history < histories; history++) {
    const random = seededRandom(seed + history);
    const size = random.below(2_990); // each page but the first begins two entries early
    const list = movingList({ pageSize: 1_000, restless: 0, tied: 0.5, isShuffled: false }, random, size);
    await Array.fromAsync(byFiles(list));
    counts.requests += list.requests();
    counts.pages += Math.max(1, Math.ceil(size / 1_000));
  }
  return counts;
}
