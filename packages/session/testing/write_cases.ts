import { demand, mustBeEmpty, mustHold, mustRefuse, mustWrite, type Promised } from "./store_case.ts";

/** The largest record that every store must keep, in bytes. */
const LARGEST = 16_384;

const A = Uint8Array.of(1, 2, 3);
const B = Uint8Array.of(4);

/** What `read` and `write` promise. */
export const WRITE_CASES: readonly Promised[] = [
  ["read() resolves with null where nothing was written", async (store) => {
    await mustBeEmpty(store, "of an empty place");
    await mustRefuse(store, A, "1", "over a version, where there is no record,");
    await mustBeEmpty(store, "after a write that was refused");
  }],
  ["write() over null makes the record, where there is none", async (store) => {
    const version = await mustWrite(store, A, null);
    await mustHold(store, A, version, "after the first write");
    await mustRefuse(store, B, null, "over null, where there is a record,");
    await mustHold(store, A, version, "after a write that was refused");
  }],
  ["write() replaces the newest version, and no other", async (store) => {
    const first = await mustWrite(store, A, null);
    const second = await mustWrite(store, B, first);
    await mustHold(store, B, second, "after the second write");
    await mustRefuse(store, A, first, "over the version before the newest");
    await mustRefuse(store, A, `${second}0`, "over a version that never was");
    await mustRefuse(store, A, "none", "over a version that never was");
    await mustHold(store, B, second, "after a write that was refused");
  }],
  ["write() of null removes the newest version, and no other", async (store) => {
    const first = await mustWrite(store, A, null);
    const second = await mustWrite(store, B, first);
    await mustRefuse(store, null, first, "of null over the version before the newest");
    await mustRefuse(store, null, null, "of null over null, where there is a record,");
    await mustHold(store, B, second, "after a removal that was refused");
    const removed = await mustWrite(store, null, second);
    await mustBeEmpty(store, "after the removal");
    await mustRefuse(store, A, second, "over the version that was removed");
    await mustRefuse(store, A, removed, "over what the removal resolved with");
    await mustHold(store, A, await mustWrite(store, A, null), "after a write that followed the removal");
  }],
  [
    "write() gives every record a version that was never there, also the same bytes and after a removal",
    async (store) => {
      const seen = new Set<string>();
      let newest: string | null = null;
      for (let times = 0; times < 12; times++) {
        const version = await mustWrite(store, times % 3 === 1 ? B : A, newest);
        demand(!seen.has(version), "write() gave a version that was there before");
        for (const old of seen) await mustRefuse(store, B, old, "over a version of long ago");
        seen.add(version);
        newest = version;
        if (times % 4 !== 3) continue;
        await mustWrite(store, null, version);
        for (const old of seen) await mustRefuse(store, B, old, "over a version of before the removal");
        newest = null;
      }
    },
  ],
  ["read() gives back every value of a byte", async (store) => {
    const bytes = Uint8Array.from({ length: 256 }, (_, value) => value);
    await mustHold(store, bytes, await mustWrite(store, bytes, null), "of all 256 values");
  }],
  ["read() tells a record of no bytes from none", async (store) => {
    const version = await mustWrite(store, new Uint8Array(), null);
    await mustHold(store, new Uint8Array(), version, "of a record of no bytes");
    await mustRefuse(store, A, null, "over null, where there is a record of no bytes,");
  }],
  ["read() gives back records of any length up to 16 KiB", async (store) => {
    let newest: string | null = null;
    for (const length of [1, 255, 256, 4_095, 4_096, 8_193, LARGEST, 7]) {
      const bytes = Uint8Array.from({ length }, (_, at) => at * 31 + length);
      newest = await mustWrite(store, bytes, newest);
      await mustHold(store, bytes, newest, `of a record of ${length} bytes`);
    }
  }],
  ["write() takes just the bytes of a view into a larger buffer", async (store) => {
    const bytes = Uint8Array.of(9, 9, 1, 2, 3, 9).subarray(2, 5);
    await mustHold(store, A, await mustWrite(store, bytes, null), "of a view");
  }],
  ["read() and write() share no bytes with their callers", async (store) => {
    const given = A.slice();
    const version = await mustWrite(store, given, null);
    given.fill(9);
    await mustHold(store, A, version, "after the caller changed what it had given to write()");
    (await store.read())?.data.fill(9);
    await mustHold(store, A, version, "after the caller changed what read() had given");
  }],
  ["read() of a second store sees a write at once", async (store, second) => {
    let newest: string | null = null;
    for (let times = 0; times < 10; times++) {
      const [writer, reader] = times % 2 ? [store, second] as const : [second, store] as const;
      const bytes = Uint8Array.of(times);
      const version: string = await mustWrite(writer, bytes, newest);
      await mustHold(reader, bytes, version, "of a second store, after the first one wrote,");
      if (newest !== null) await mustRefuse(reader, B, newest, "of a second store over what the first one replaced");
      newest = version;
    }
    await mustWrite(store, null, newest);
    await mustBeEmpty(second, "of a second store, after the first one removed the record,");
  }],
  ["write() lets one of many win that write at the same time", async (store, second) => {
    let newest: string | null = null;
    for (let round = 0; round < 4; round++) {
      const over: string | null = newest;
      const results: (string | false)[] = await Promise.all(
        Array.from({ length: 12 }, (_, n) => (n % 2 ? store : second).write(Uint8Array.of(round, n), over)),
      );
      const won = results.flatMap((version, n) => version === false ? [] : [{ n, version }]);
      const [winner] = won;
      demand(
        won.length === 1 && winner !== undefined,
        `of 12 write() over one version ${won.length} were done instead of 1`,
      );
      await mustHold(store, Uint8Array.of(round, winner.n), winner.version, "after 12 wrote at the same time");
      newest = winner.version;
    }
  }],
  ["write() loses nothing that it said was written", async (store, second) => {
    const [workers, each, most] = [6, 4, 200];
    await mustWrite(store, Uint8Array.of(0), null);
    await Promise.all(Array.from({ length: workers }, async (_, n) => {
      const mine = n % 2 ? store : second;
      let done = 0;
      for (let tries = 0; done < each; tries++) {
        demand(tries < most, `write() over what was just read was refused ${most - done} times of ${most}`);
        const entry = await mine.read();
        demand(entry !== null, "read() resolved with null, where there is a record");
        if (await mine.write(Uint8Array.of((entry.data[0] ?? 0) + 1), entry.version) !== false) done++;
      }
    }));
    const sum = (await store.read())?.data[0];
    demand(sum === workers * each, `after ${workers * each} counted up by one each, read() gave ${sum}`);
  }],
];
