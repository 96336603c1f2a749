import process from "node:process";
import { createData, DataError, type FileEntry } from "@xsignals/data";
import { saveFile, saveTable, syncGroup } from "@xsignals/data/disk";
import { instantOf, readNcsv } from "@xsignals/data/ncsv";
import { createSession } from "@xsignals/session";
import { strategies } from "./account.ts";
import { createControl, type Outcome, type Upstream } from "./control.ts";

const ORDERS = "CBL_Active Orders Voluntary Carbon";
const QUERY = { group: ORDERS, symbols: { Instrument: "NGEO-V21" }, columns: ["Price"], from: "2024-03-04" } as const;
const ROWS = [["2024-03-04T21:00:00.000", "000012060", null], ["2024-03-05T21:00:00.000", "000012060", 1.05]];
const NOTE = "Quiet trading. Zażółć gęślą jaźń.\n";

/** What the servers receive for a list, for content and for a table. */
const LISTED = "searchFiles 200";
const FETCHED = "downloadFile 200";
const QUERIED = ["searchSymbols 200", "queryTimeSeries 200"];

/** Where to read, and a folder to save in, for Deno alone. */
export interface DataTask {
  readonly upstream: Upstream;
  readonly folder?: string;
}

/** Lists, opens, reads tables, and saves. */
async function readData({ upstream, folder }: DataTask): Promise<Outcome & { readonly agent: string }> {
  const outcome: Outcome = { steps: 0, wrong: [] };
  const { step } = createControl(upstream, outcome);
  const data = createData(createSession({ strategy: strategies(upstream).login, baseUrl: upstream.api }));
  const files: FileEntry[] = [];
  const list = async () => {
    files.push(...await all(data.files(ORDERS)), (await data.newest("Market Notes"))!);
    return files.map(({ fileName }) => fileName);
  };
  const prices = async () =>
    (await all(await data.series(QUERY))).map((row) => [row["Date(UTC)"], row["Order Ref"], row.Price]);
  await step("lists", list, ["active_orders.csv", "active_orders.csv", "note.txt"], "authLogin 200", LISTED, LISTED);
  const arrive = async () => {
    const { cursor, files } = await data.arrivals(ORDERS);
    return [files.length, (await data.arrivals(ORDERS, { after: cursor })).files.length];
  };
  await step("arrivals", arrive, [2, 0], LISTED, LISTED);
  await step("content through the API", async () => await (await data.open(files[2]!)).text(), NOTE, FETCHED);
  const rest = async () => await (await data.open(files[2]!.fid, { from: 1 })).text();
  await step("content by a link", rest, NOTE.slice(1), "getFile 200", "fetchLink 206");
  await step("rows", prices, ROWS, ...QUERIED);
  const bytes = async () => (await new Response((await data.series(QUERY)).body).text()).split("\n").length;
  await step("bytes", bytes, ROWS.length + 2, ...QUERIED);
  const others = async () => {
    const deltas = await data.deltas({ group: ORDERS, from: "2024-03-04", to: "2024-03-05" });
    return [(await all(deltas.batches())).flat().length, (await all(data.symbols({ group: ORDERS }))).length];
  };
  await step("deltas and symbols", others, [6, 3], ...QUERIED.toReversed());
  const readFile = async () => {
    const { timeZone = "", ...table } = await readNcsv((await data.open(files[0]!)).body!);
    return (await all(table)).map((row) => new Date(instantOf(String(row[`Date(${timeZone})`]), timeZone)).toJSON());
  };
  await step("NCSV of a file", readFile, Array(2).fill("2024-03-04T21:00:00.000Z"), FETCHED);
  const fail = async () => {
    const codes: unknown[] = [];
    const note = (error: unknown) => codes.push(error instanceof DataError ? error.code : Object(error).name);
    await all(data.files("no such group")).catch(note);
    await readNcsv(new Blob(["Price,Price\n"]).stream()).catch(note);
    // @ts-expect-error: a time is text, since a Date would have a zone
    await data.series({ ...QUERY, from: new Date() }).catch(note);
    return codes;
  };
  await step("errors", fail, ["not_found", "bad_ncsv", "TypeError"], LISTED, "getFileGroup 404");
  if (folder !== undefined) {
    const [note, table] = [`${folder}/note_${files[2]!.fid}.txt`, `${folder}/prices.csv`];
    await step("a file on disk", () => saveFile(data, files[2]!, { folder }), note, FETCHED);
    await step("a table on disk", async () => await saveTable(await data.series(QUERY), table), table, ...QUERIED);
    const sync = async () => (await syncGroup(data, ORDERS, { folder })).fetched.length;
    await step("a group on disk", sync, 2, LISTED, FETCHED, FETCHED);
    await step("the same again", sync, 0, LISTED);
  }
  return { agent: navigator.userAgent, ...outcome };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** As workerd runs it; elsewhere the task is the program's argument. */
export default { fetch: async (request: Request) => Response.json(await readData(JSON.parse(await request.text()))) };

if (process.argv[2] !== undefined) {
  console.log(JSON.stringify(await readData(JSON.parse(process.argv[2]))));
  process.exit(); // Bun would serve what is exported
}
