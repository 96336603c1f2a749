import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { memoryStore } from "../stores/memory.ts";
import type { StoreEngine } from "../types.ts";
import { storeContract, type StoreContractOptions, type StoreUnderTest } from "./store_contract.ts";

/** One place in memory, and the stores on it, which keep the whole contract. */
interface Place {
  entry: { readonly data: Uint8Array; readonly version: string } | null;
  count: number;
  readonly waiting: Set<() => void>;
  put(data: Uint8Array | null): string;
  open(): Required<StoreEngine>;
}

/** What a broken engine does otherwise. */
type Differ = (good: Required<StoreEngine>, place: Place) => Partial<StoreEngine>;

function newPlace(): Place {
  let queue: Promise<unknown> = Promise.resolve();
  const place: Place = {
    entry: null,
    count: 0,
    waiting: new Set(),
    put(data) {
      const version = String(++place.count);
      place.entry = data && { data: data.slice(), version };
      for (const wake of [...place.waiting]) wake();
      return version;
    },
    open: () => ({
      read: () => Promise.resolve(place.entry && { ...place.entry, data: place.entry.data.slice() }),
      write: (data, over) => Promise.resolve(over === versionAt(place) && place.put(data)),
      changed: (version, maxMs, signal) => waitFor(place, version, maxMs, signal),
      exclusive(work, signal) {
        const before = queue;
        const mine = Promise.withResolvers<void>();
        queue = before.then(() => mine.promise);
        return unlessAborted(before, signal).then(work).finally(() => mine.resolve());
      },
    }),
  };
  return place;
}

function versionAt({ entry }: Place): string | null {
  return entry && entry.version;
}

function waitFor(place: Place, version: string | null, maxMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  if (versionAt(place) !== version) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(resolve), maxMs);
    const onAbort = () => end(() => reject(signal?.reason));
    const wake = () => end(resolve);
    function end(settle: () => void): void {
      clearTimeout(timer);
      place.waiting.delete(wake);
      signal?.removeEventListener("abort", onAbort);
      settle();
    }
    place.waiting.add(wake);
    signal?.addEventListener("abort", onAbort);
  });
}

function unlessAborted(before: Promise<unknown>, signal?: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    before.then(resolve);
  });
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

const BOTH = { changed: true, exclusive: true };

/** The cases that fail, by the letters that begin {@link CASES}, and what they were told. */
async function failing(
  make: () => StoreEngine | StoreUnderTest,
  options: StoreContractOptions,
): Promise<Map<string, string>> {
  const failed = new Map<string, string>();
  await Promise.all(
    storeContract(make, options).map(async ({ name, run }) => {
      const key = Object.entries(CASES).find(([, full]) => full === name)?.[0];
      assert(key !== undefined, `${name} is in no row`);
      await run().catch((error) => failed.set(key, String(error)));
    }),
  );
  return new Map(Object.keys(CASES).flatMap((key) => failed.has(key) ? [[key, failed.get(key)!]] : []));
}

/** Two stores on one place that differ from the good ones. */
function broken(differ: Differ): () => StoreUnderTest {
  return () => {
    const place = newPlace();
    const [store, second] = [place.open(), place.open()];
    return { store: { ...store, ...differ(store, place) }, second: { ...second, ...differ(second, place) } };
  };
}

const CASES = {
  offers: "the store offers what its test says",
  empty: "read() resolves with null where nothing was written",
  makes: "write() over null makes the record, where there is none",
  replaces: "write() replaces the newest version, and no other",
  removes: "write() of null removes the newest version, and no other",
  versions: "write() gives every record a version that was never there, also the same bytes and after a removal",
  values: "read() gives back every value of a byte",
  noBytes: "read() tells a record of no bytes from none",
  lengths: "read() gives back records of any length up to 16 KiB",
  view: "write() takes just the bytes of a view into a larger buffer",
  shares: "read() and write() share no bytes with their callers",
  second: "read() of a second store sees a write at once",
  oneWins: "write() lets one of many win that write at the same time",
  loses: "write() loses nothing that it said was written",
  already: "changed() resolves when the version is another one already",
  hears: "changed() resolves after a write",
  hearsRemoval: "changed() resolves after a removal",
  hearsAll: "changed() resolves for all who wait",
  maxMs: "changed() resolves after maxMs, and not at once, while nothing changes",
  ends: "changed() ends with the signal",
  leaves: "changed() leaves nothing on the signal",
  result: "exclusive() resolves with the result of its work, which may read and write",
  keepsOut: "exclusive() keeps out all others",
  letsGo: "exclusive() lets go when its work throws, and throws the same",
  givesUp: "exclusive() gives up waiting when the signal aborts, and runs nothing",
  letsEnd: "exclusive() lets its work end, when the signal aborts under the lock",
};

const LATE = "the case had not ended after 500 ms";

const EVERY_REFUSAL = "empty makes replaces removes versions noBytes second oneWins loses";

/** Engines that break the contract: what they do, the cases that must find it, and what the first of these must say. */
const BROKEN: readonly (readonly [what: string, differ: Differ, found: string, told: string])[] = [
  [
    "the last write wins",
    (_, place) => ({ write: (data) => Promise.resolve(place.put(data)) }),
    EVERY_REFUSAL,
    "write() over a version, where there is no record, resolved with a text instead of false",
  ],
  [
    "reads the version, and writes a moment later",
    (_, place) => ({
      async write(data, over) {
        if (versionAt(place) !== over) return false;
        await turn();
        return place.put(data);
      },
    }),
    "oneWins loses",
    "of 12 write() over one version 12 were done instead of 1",
  ],
  [
    "takes null for any version",
    (good, place) => ({ write: (data, over) => good.write(data, over ?? versionAt(place)) }),
    "makes removes noBytes oneWins",
    "write() over null, where there is a record, resolved with a text instead of false",
  ],
  [
    "removes whatever version is there",
    (good, place) => ({ write: (data, over) => good.write(data, data ? over : versionAt(place)) }),
    "removes",
    "write() of null over the version before the newest resolved with a text",
  ],
  [
    "keeps a record of no bytes where one was removed",
    (good) => ({ write: (data, over) => good.write(data ?? new Uint8Array(), over) }),
    "removes versions second",
    "read() after the removal resolved with a record instead of null",
  ],
  [
    "writes over what a removal resolved with",
    (good, place) => ({
      write: (data, over) => good.write(data, place.entry || over !== String(place.count) ? over : null),
    }),
    "removes",
    "write() over what the removal resolved with resolved with a text instead of false",
  ],
  [
    "compares the beginning of versions",
    (good, place) => ({
      write: (data, over) => good.write(data, over?.startsWith(versionAt(place) ?? "-") ? versionAt(place) : over),
    }),
    "replaces",
    "write() over a version that never was resolved with a text instead of false",
  ],
  [
    "takes the content's hash for the version",
    (good, place) => ({
      async read() {
        const entry = await good.read();
        return entry && { ...entry, version: `hash ${entry.data}` };
      },
      write(data, over) {
        if (over !== (place.entry && `hash ${place.entry.data}`)) return Promise.resolve(false);
        place.put(data);
        return Promise.resolve(`hash ${data}`);
      },
      changed: (version, ...more) =>
        good.changed(version === (place.entry && `hash ${place.entry.data}`) ? versionAt(place) : version, ...more),
    }),
    "versions",
    "write() gave a version that was there before",
  ],
  [
    "counts from 1 again after a removal",
    (good, place) => ({
      async write(data, over) {
        const version = await good.write(data, over);
        if (!place.entry && version !== false) place.count = 0;
        return version;
      },
    }),
    "versions",
    "write() gave a version that was there before",
  ],
  [
    "says that it wrote, and does not",
    () => ({ write: () => Promise.resolve("1"), changed: () => Promise.resolve() }),
    "empty makes replaces removes versions values noBytes lengths view shares second oneWins loses " +
    "maxMs result",
    "write() over a version, where there is no record, resolved with a text instead of false",
  ],
  [
    "resolves with true",
    (good) => ({ write: async (data, over) => JSON.parse(String(await good.write(data, over) !== false)) }),
    "makes replaces removes versions values noBytes lengths view shares second oneWins loses " +
    "already hears hearsRemoval hearsAll maxMs ends leaves result",
    "write() over null, where there was no record, resolved with true instead of a text",
  ],
  [
    "resolves with null when it refuses",
    (good) => ({ write: async (data, over) => JSON.parse(JSON.stringify(await good.write(data, over) || null)) }),
    EVERY_REFUSAL,
    "resolved with null instead of false",
  ],
  [
    "throws when it refuses",
    (good) => ({
      async write(data, over) {
        const version = await good.write(data, over);
        if (version === false) throw new Error("duplicate key");
        return version;
      },
    }),
    EVERY_REFUSAL,
    "duplicate key",
  ],
  [
    "resolves with undefined where there is none",
    (good) => ({ read: async () => await good.read() ?? JSON.parse("{}").none }),
    "empty removes second",
    "read() of an empty place resolved with undefined instead of null",
  ],
  [
    "gives another version than it wrote",
    (good) => ({
      async read() {
        const entry = await good.read();
        return entry && { ...entry, version: `${entry.version}.0` };
      },
    }),
    "makes replaces removes values noBytes lengths view shares second oneWins loses result",
    "read() after the first write gave another version than the write resolved with",
  ],
  [
    "keeps text",
    (good) => ({
      write: (data, over) => good.write(data && new TextEncoder().encode(new TextDecoder().decode(data)), over),
    }),
    "values lengths",
    "of all 256 values gave 512 bytes instead of 256",
  ],
  [
    "takes no bytes for none",
    (good) => ({ write: (data, over) => good.write(data?.length ? data : null, over) }),
    "noBytes",
    "read() of a record of no bytes resolved with null",
  ],
  [
    "cuts at 4 KiB",
    (good) => ({ write: (data, over) => good.write(data && data.slice(0, 4_096), over) }),
    "lengths",
    "read() of a record of 8193 bytes gave 4096 bytes instead of 8193",
  ],
  [
    "writes the whole buffer of a view",
    (good) => ({ write: (data, over) => good.write(data && new Uint8Array(data.buffer), over) }),
    "view",
    "read() of a view gave 6 bytes instead of 3",
  ],
  [
    "keeps the caller's bytes",
    (good, place) => ({
      async write(data, over) {
        const version = await good.write(data, over);
        if (data && version !== false) place.entry = { data, version };
        return version;
      },
    }),
    "shares",
    "after the caller changed what it had given to write() gave 9 instead of 1 as byte 0",
  ],
  [
    "hands out its own bytes",
    (_, place) => ({ read: () => Promise.resolve(place.entry) }),
    "shares",
    "after the caller changed what read() had given gave 9 instead of 1 as byte 0",
  ],
  [
    "reads what it wrote itself, and the others' writes a little later",
    (good) => {
      let known = good.read();
      return {
        read() {
          const then = known;
          known = good.read();
          return then;
        },
        async write(data, over) {
          const version = await good.write(data, over);
          known = good.read();
          return version;
        },
      };
    },
    "second loses",
    "read() of a second store, after the first one wrote, resolved with null",
  ],
  [
    "never hears of a change",
    (_, place) => ({
      changed: (version, maxMs, signal) => waitFor({ ...place, waiting: new Set() }, version, maxMs, signal),
    }),
    "hears hearsRemoval hearsAll leaves",
    LATE,
  ],
  [
    "does not look before it waits",
    (_, place) => ({
      changed: (_version, maxMs, signal) => waitFor(place, versionAt(place), maxMs, signal),
    }),
    "already",
    LATE,
  ],
  [
    "wakes one of those who wait",
    (good, place) => ({
      async write(data, over) {
        const others = [...place.waiting].slice(1);
        for (const other of others) place.waiting.delete(other);
        const version = await good.write(data, over);
        for (const other of others) place.waiting.add(other);
        return version;
      },
    }),
    "hearsAll",
    LATE,
  ],
  [
    "does not hear of a removal",
    (good, place) => ({
      async write(data, over) {
        const all = [...place.waiting];
        if (!data) place.waiting.clear();
        const version = await good.write(data, over);
        for (const one of data ? [] : all) place.waiting.add(one);
        return version;
      },
    }),
    "hearsRemoval",
    LATE,
  ],
  [
    "says at once that it may have changed",
    () => ({ changed: () => Promise.resolve() }),
    "maxMs",
    "of 60, though nothing had changed",
  ],
  [
    "waits longer than maxMs",
    (good) => ({
      changed: (version, maxMs, signal) => good.changed(version, maxMs + 1_000, signal),
    }),
    "maxMs leaves",
    LATE,
  ],
  [
    "does not heed the signal while it waits",
    (good, place) => ({
      async changed(version, maxMs, signal) {
        signal?.throwIfAborted();
        if (maxMs < 1_000) return good.changed(version, maxMs);
        if (versionAt(place) === version) await new Promise<void>((resolve) => place.waiting.add(resolve));
      },
    }),
    "ends",
    LATE,
  ],
  [
    "rejects with an error of its own when the signal aborts",
    (good) => ({
      changed: (version, maxMs, signal) =>
        good.changed(version, maxMs, signal).catch(() => Promise.reject(new Error("closed"))),
    }),
    "ends",
    "changed() rejected with another error than the signal's reason",
  ],
  [
    "leaves a listener on the signal",
    (good) => ({
      changed(version, maxMs, signal) {
        signal?.addEventListener("abort", () => {});
        return good.changed(version, maxMs, signal);
      },
    }),
    "leaves",
    "changed() left 2 listeners on the signal after it resolved",
  ],
  [
    "locks nothing",
    () => ({
      exclusive: (work, signal) => unlessAborted(Promise.resolve(), signal).then(work),
    }),
    "keepsOut givesUp",
    "exclusive() ran 8 works at the same time",
  ],
  ["locks in its own process only", () => ({ exclusive: newPlace().open().exclusive }), "keepsOut givesUp", "2 works"],
  [
    "keeps the lock when the work throws",
    (good) => ({
      exclusive: (work, signal) =>
        new Promise((resolve, reject) => {
          const stay = (error: unknown) => {
            reject(error);
            return new Promise<void>(() => {});
          };
          good.exclusive(() => work().then(resolve, stay), signal).catch(reject);
        }),
    }),
    "letsGo",
    LATE,
  ],
  [
    "wraps the error of the work",
    (good) => ({
      exclusive: (work, signal) =>
        good.exclusive(work, signal).catch((cause) => {
          throw signal ? cause : new Error("the lock failed", { cause });
        }),
    }),
    "letsGo",
    "exclusive() did not reject with the error of its work",
  ],
  [
    "does not hand on the result",
    (good) => ({
      exclusive: (work, signal) => good.exclusive(work, signal).then(() => JSON.parse("null")),
    }),
    "result letsGo givesUp letsEnd",
    "read() after the lock gave another version",
  ],
  [
    "waits for the lock although the signal aborts",
    (good) => ({
      exclusive: (work) => good.exclusive(work),
    }),
    "givesUp",
    LATE,
  ],
  [
    "runs the work although the signal had aborted",
    (good) => ({
      async exclusive(work, signal) {
        if (signal?.aborted) await work();
        return good.exclusive(work, signal);
      },
    }),
    "givesUp",
    "exclusive() ran its work although the signal had aborted",
  ],
  [
    "gives up under the lock",
    (good) => ({
      async exclusive(work, signal) {
        const result = await good.exclusive(work, signal);
        signal?.throwIfAborted();
        return result;
      },
    }),
    "letsEnd",
    "too late",
  ],
  [
    "locks out its own writes",
    (good) => {
      let holding: Promise<void> | undefined;
      return {
        exclusive: (work, signal) =>
          good.exclusive(async () => {
            const gate = Promise.withResolvers<void>();
            holding = gate.promise;
            return await work().finally(gate.resolve);
          }, signal),
        write: async (data, over) => {
          await holding;
          return good.write(data, over);
        },
      };
    },
    "result",
    LATE,
  ],
];

for (const [what, differ, found, told] of BROKEN.filter(([, , , told]) => told !== LATE)) {
  Deno.test(`storeContract() finds a store that ${what}`, async () => {
    const failed = await failing(broken(differ), BOTH);
    assertEquals([...failed.keys()].join(" "), found);
    assertStringIncludes([...failed.values()][0] ?? "", told);
  });
}

Deno.test("storeContract() ends each case that a store lets wait for ever", async () => {
  await Promise.all(
    BROKEN.filter(([, , , told]) => told === LATE).map(async ([what, differ, found]) => {
      const failed = await failing(broken(differ), { ...BOTH, timeoutMs: 500 });
      assertEquals([what, [...failed.keys()].join(" "), [...failed.values()].every((told) => told.endsWith(LATE))], [
        what,
        found,
        true,
      ]);
    }),
  );
});

Deno.test("storeContract() passes a store that keeps it, with a second one and alone", async () => {
  assertEquals(await failing(broken(() => ({})), BOTH), new Map());
  assertEquals(await failing(() => newPlace().open(), BOTH), new Map());
  assertEquals(await failing(memoryStore, {}), new Map());
});

Deno.test("storeContract() passes a store whose changed() resolves when the signal aborts", async () => {
  const quiet = broken((good) => ({
    changed: (version, maxMs, signal) => good.changed(version, maxMs, signal).catch(() => {}),
  }));
  assertEquals(await failing(quiet, BOTH), new Map());
});

Deno.test("storeContract() lists what the options say, and finds a store that has more or less", async () => {
  const names = (options?: StoreContractOptions) => storeContract(memoryStore, options).map(({ name }) => name);
  assertEquals(names(BOTH), Object.values(CASES));
  assertEquals(names(), Object.values(CASES).slice(0, 14));
  assertEquals(names({ changed: true }), Object.values(CASES).slice(0, 21));
  const more = await failing(broken(() => ({})), { exclusive: true });
  assertEquals([...more], [[
    "offers",
    "Error: The store breaks its contract: it has changed(): give storeContract() { changed: true }",
  ]]);
  const less = await failing(memoryStore, { changed: true });
  assertStringIncludes(
    less.get("offers") ?? "",
    "it does not have changed(): the options of storeContract() say that it does",
  );
});

Deno.test("storeContract() makes a store for each case and closes it once, also when the case fails or is late", async () => {
  for (
    const differ of [() => ({}), () => ({
      read: () => Promise.reject(new Error("lost")),
    }), () => ({ read: () => new Promise<null>(() => {}) })]
  ) {
    let [made, closed] = [0, 0];
    const make = () => {
      made++;
      return Promise.resolve({ ...broken(differ)(), close: () => void closed++ });
    };
    const cases = storeContract(make, { timeoutMs: 20 });
    assertEquals(made, 0);
    await Promise.allSettled(cases.map(({ run }) => run()));
    assertEquals([made, closed], [cases.length, cases.length]);
  }
});

Deno.test("storeContract() hands on why a store could not be made, read or closed", async () => {
  const failure = new Error("connection refused");
  const fail = () => Promise.reject(failure);
  for (const make of [fail, () => ({ ...memoryStore(), read: fail }), () => ({ store: memoryStore(), close: fail })]) {
    const seen = await storeContract(make).find(({ name }) => name === CASES.empty)?.run().catch((error) => error);
    assertEquals(seen, failure);
  }
});
