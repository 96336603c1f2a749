import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { createData, type DataOptions } from "@xsignals/data";
import { readNcsv } from "@xsignals/data/ncsv";
import { type EmulatorOptions, madeContent } from "@xsignals/emulator";
import { type ServedEmulator, serveEmulator } from "@xsignals/emulator/serve";
import { createSession, login } from "@xsignals/session";
import { DatabaseSync } from "node:sqlite";
import * as ours from "./jobs.ts";
import * as usual from "./usual.ts";

/** Both ways to do the jobs over one login, and a folder. */
async function setStage(options: EmulatorOptions = {}, dataOptions: DataOptions = {}) {
  const served: ServedEmulator = await serveEmulator(options);
  const session = createSession({
    strategy: login({ username: "login", password: "password" }),
    baseUrl: served.api,
  });
  const folder = await Deno.makeTempDir();
  return {
    emulator: served.emulator,
    session,
    data: createData(session, dataOptions),
    folder,
    async [Symbol.asyncDispose]() {
      await served.stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** The names of the files in a folder, but for folders. */
function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile).map(({ name }) => name).sort();
}

/** A file that arrived so many minutes after noon. */
function fileAt(minute: number, groupName = "A") {
  const time = new Date(Date.UTC(2024, 2, 1, 12, minute)).toISOString().slice(0, 19);
  return { fid: `f${minute}`, fileName: "a.csv", groupName, arrivalTime: time, content: `${minute}` };
}

/** A group with one order a row; `Kind` has a comma in it. */
function orders(...rows: (readonly [ref: string, kind: string, price: string])[]): EmulatorOptions {
  return {
    series: [{
      groupName: "Orders",
      keys: ["Order Ref"],
      columns: ["Kind(S)", "Price"],
      rows: rows.map(([ref, Kind, Price]) => ({
        symbols: { "Order Ref": ref },
        date: "2024-03-04T18:00:00Z",
        values: { Kind, Price },
      })),
    }],
  };
}

const ALL = { "Order Ref": "*" };

Deno.test("jobs: both ways do each of the five jobs in an ordinary case", async () => {
  const group = "CBL_Active Orders Voluntary Carbon";
  await using stage = await setStage();
  const { data, session, folder } = stage;
  const sizeOf = async (path = "") => (await Deno.stat(path)).size;
  assertEquals(await sizeOf(await usual.newest(session, group, `${folder}/1`)), 439);
  assertEquals(await sizeOf(await ours.newest(data, group, `${folder}/2`)), 439);
  assertEquals((await usual.allFiles(session, group, `${folder}/3`)).length, 2);
  assertEquals((await ours.allFiles(data, group, `${folder}/4`)).fetched.length, 2);
  assertEquals([namesIn(`${folder}/3`).length, namesIn(`${folder}/4`).length], [2, 2]);
});

Deno.test("job 1: a download that was killed starts anew and leaves its remains, or goes on", async () => {
  const content = madeContent(12_000_000);
  const files = [{ groupName: "A", fid: "a", fileName: "a.bin", content }];
  await using stage = await setStage({ files, assumptions: { downloadBy: "redirect" } }, { retries: 0 });
  const { emulator, data, session, folder } = stage;
  const cut = () => emulator.faults.add({ operation: "fetchLink", cutAfter: 8_000_000 });
  const statuses = () => emulator.log.filter(({ host }) => host === "files").map(({ status }) => status);

  cut();
  await assertRejects(() => usual.newest(session, "A", `${folder}/1`), TypeError);
  await usual.newest(session, "A", `${folder}/1`);
  assertEquals([statuses(), namesIn(`${folder}/1`).length], [[200, 200], 2]); // all of it twice, and a part for ever

  cut();
  await assertRejects(() => ours.newest(data, "A", `${folder}/2`), Error, "8000000 of 12000000 bytes");
  const path = await ours.newest(data, "A", `${folder}/2`);
  assertEquals([statuses().slice(2), namesIn(`${folder}/2`)], [[200, 206], ["a_a.bin"]]);
  const [one, other] = await Promise.all([Deno.readFile(path!), Deno.readFile(`${folder}/1/a-a.bin`)]);
  assertEquals(one.findLastIndex((byte, at) => byte !== other[at]), -1);
});

Deno.test("job 1: an answer that ends early counts as whole, or is asked for again", async () => {
  await using stage = await setStage();
  const { emulator, data, session, folder } = stage;
  const end = () => emulator.faults.add({ operation: "downloadFile", cutAfter: 5, framing: "close" });
  end();
  assertEquals((await Deno.stat(await usual.newest(session, "Market Notes", folder))).size, 5);
  end();
  assertEquals((await Deno.stat((await ours.newest(data, "Market Notes", folder))!)).size, 43);
});

Deno.test("job 2: a file is missed while the list moves, or fetched", async () => {
  const files = Array.from({ length: 1_200 }, (_, minute) => fileAt(minute));
  await using stage = await setStage({ files });
  const { emulator, data, session, folder } = stage;
  const [one, other] = [`${folder}/1`, `${folder}/2`];
  for (const path of [one, other]) await Deno.mkdir(path);
  for (const { fid, content } of files.filter(({ fid }) => fid !== "f1000")) { // it alone is to be fetched
    await Deno.writeTextFile(`${one}/${fid}-a.csv`, content);
    await Deno.writeTextFile(`${other}/a_${fid}.csv`, content);
  }
  /** Removes an old file when the first page has been made. */
  function move(fid: string): void {
    const respond = (_request: Request, answer?: Response) => (emulator.removeFile(fid), answer!);
    emulator.faults.add({ operation: "searchFiles", stage: "after", respond });
  }

  move("f0");
  const fids = await usual.allFiles(session, "A", one);
  assertEquals([fids.length, namesIn(one).includes("f1000-a.csv")], [1_199, false]); // as many as there are by now
  emulator.addFile(fileAt(0));
  move("f0");
  const { fetched } = await ours.allFiles(data, "A", other);
  assertEquals([fetched.length, namesIn(other).includes("a_f1000.csv")], [1, true]);
});

Deno.test("job 2: a group whose name the search cannot carry seems empty, or is an error", async () => {
  const name = "R&D = research";
  await using stage = await setStage({ files: [fileAt(0, name)] });
  const { data, session, folder } = stage;
  assertEquals(await usual.allFiles(session, name, folder), []);
  const error = await assertRejects(() => ours.allFiles(data, name, folder));
  assertEquals(Object(error).code, "name_not_searchable");
});

Deno.test("job 3: an empty price becomes 0, or null", async () => {
  await using stage = await setStage(orders(["1", "", ""], ["2", "", "4.15"]));
  const { data, session } = stage;
  const prices = (await usual.series(session, "Orders", { "Order Ref": "1" }, "2024-03-04")).map(({ price }) => price);
  assertEquals(prices, [0]);
  assertEquals((await ours.series(data, "Orders", ALL, "2024-03-04")).map(({ price }) => price), [null, 4.15]);
});

Deno.test("job 3: leading zeros go, or stay", async () => {
  const ref = "0001234567";
  await using stage = await setStage(orders([ref, "", "1"]));
  const { data, session } = stage;
  const symbols = { "Order Ref": ref };
  assertEquals((await usual.series(session, "Orders", symbols, "2024-03-04")).map((row) => row.ref), [1234567]);
  assertEquals((await ours.series(data, "Orders", symbols, "2024-03-04")).map((row) => row.ref), [ref]);
});

Deno.test("job 3: a quoted cell moves the cells behind it and tears its row, or does not", async () => {
  await using stage = await setStage(orders(["1", "renewable, non-renewable", "4.15"], ["2", "two\nlines", "4.20"]));
  const { data, session } = stage;
  const rows = [];
  for (const ref of ["1", "2"]) {
    rows.push(...await usual.series(session, "Orders", { "Order Ref": ref }, "2024-03-04"));
  }
  assertEquals(rows.map(({ price }) => price), [NaN, NaN, NaN]);
  assertEquals((await ours.series(data, "Orders", ALL, "2024-03-04")).map(({ price }) => price), [4.15, 4.2]);
});

Deno.test("job 3: a time is read in the zone of the machine, or in its own", async () => {
  const found: Record<"usual" | "ours", number[]> = { usual: [], ours: [] };
  for (const tsZone of ["America/New_York", "Europe/Warsaw"] as const) { // as set for the accounts of two users
    await using stage = await setStage({ ...orders(["1", "", "1"]), assumptions: { tsZone } });
    const { data, session } = stage;
    const symbols = { "Order Ref": "1" };
    found.usual.push((await usual.series(session, "Orders", symbols, "2024-03-04"))[0]!.at);
    found.ours.push((await ours.series(data, "Orders", symbols, "2024-03-04"))[0]!.at);
  }
  assertNotEquals(found.usual[0], found.usual[1]); // one of them is wrong at least
  assertEquals(found.ours, Array(2).fill(Date.UTC(2024, 2, 4, 18)));
});

Deno.test("job 4: of two files between two runs one is never seen, or both are seen once", async () => {
  await using stage = await setStage({ files: [fileAt(0)] });
  const { emulator, data, session } = stage;
  const [seen, cursors] = [new Map<string, string>(), new Map<string, string>()];
  const [byUsual, byOurs]: [string[], string[]] = [[], []];
  async function runBoth(): Promise<void> {
    await usual.cron(session, "A", seen, ({ fid }) => byUsual.push(fid));
    await ours.cron(data, "A", cursors, ({ fid }) => byOurs.push(fid));
  }
  await runBoth();
  emulator.addFile(fileAt(1));
  emulator.addFile(fileAt(2));
  await runBoth();
  await runBoth();
  assertEquals([byUsual, byOurs], [["f0", "f2"], ["f0", "f1", "f2"]]);
});

Deno.test("job 5: versions of a row collapse and leading zeros go, or all of it stays", async () => {
  await using stage = await setStage();
  const { data, session, folder } = stage;
  const query = ["CBL_Trades Compliance", "2024-03-04", "2024-03-05"] as const;
  await usual.deltas(session, ...query, `${folder}/deltas.db`);
  using db = new DatabaseSync(`${folder}/deltas.db`);
  const rows = db.prepare(`select "Order Ref" as ref, Price as price from deltas order by 1`).all();
  assertEquals(rows.map(({ ref, price }) => [ref, price]), [[730, 41.15], [731, 41.2], [732, 41.25]]);

  await ours.deltas(data, ...query, `${folder}/deltas.csv`);
  const table = await readNcsv((await Deno.open(`${folder}/deltas.csv`)).readable);
  assertEquals(await Array.fromAsync(table, (row) => [row["Order Ref"], row.Price]), [
    ["000000730", 41.1],
    ["000000730", 41.15],
    ["000000731", 41.2],
    ["000000732", 41.25],
  ]);
});

/** How many lines each job has between its braces. */
async function linesOf(file: string): Promise<Record<string, number>> {
  const text = await Deno.readTextFile(new URL(file, import.meta.url));
  const jobs = text.matchAll(/^export async function (\w+)\([^]*?\{\n((?: .*\n|\n)*?)\}\n/gm);
  return Object.fromEntries(
    [...jobs].map(([, name, body = ""]) => [
      name,
      body.split("\n").filter((line) => line.trim() !== "").length,
    ]),
  );
}

Deno.test("jobs: how many lines each takes, in the usual way and in ours", async () => {
  const [before, after] = [await linesOf("usual.ts"), await linesOf("jobs.ts")];
  const names = ["newest", "allFiles", "series", "cron", "deltas"];
  console.log(names.map((name) => `${name}: ${before[name]} -> ${after[name]} lines`).join("\n"));
  for (const name of names) assert(after[name]! > 0 && after[name]! * 1.5 < before[name]!, name);
});
