/**
 * The goals of the data package that are measured: `deno task bench:data download|sync|resume|ncsv [NUMBER...]`.
 *
 * Each way runs in a process of its own; ways are compared within a round, and the median of the rounds decides.
 */
import { type EmulatorOptions, madeContent } from "@xsignals/emulator";
import { type ServedEmulator, serveEmulator } from "@xsignals/emulator/serve";
import { seededRandom } from "../../tests/seeded_random.ts";
import { interleave } from "../interleaved.ts";
import { median } from "../median.ts";

type Cost = Readonly<Record<"seconds" | "processor" | "memory", number>>;

/** Runs one way of `worker.ts`, or a command that prints the times of a shell. */
async function run(way: string, ...given: (string | number)[]): Promise<Cost> {
  const worker = new URL("worker.ts", import.meta.url).pathname;
  const args = ["run", "-A", "--no-check", worker, way, ...given.map(String)];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function runCurl(api: string, folder: string): Promise<Cost> {
  const command = `curl -sS -u login:password -o '${folder}/curl' ${api}/file/f0/download && times`;
  const { stdout } = await new Deno.Command("sh", { args: ["-c", command] }).output();
  const [, children = ""] = new TextDecoder().decode(stdout).trim().split("\n");
  const times = children.split(" ").map((time) => time.replace("s", "").split("m").map(Number));
  return { seconds: 0, memory: 0, processor: times.reduce((sum, [m = 0, s = 0]) => sum + m * 60 + s, 0) };
}

/** Serves files of made content, with a folder in memory where the system has one, and removes both. */
async function withFiles(
  sizes: readonly number[],
  work: (served: ServedEmulator, folder: string) => Promise<void>,
  options: EmulatorOptions = {},
): Promise<void> {
  const files = sizes.map((size, index) => ({
    fid: `f${index}`,
    fileName: "file.bin",
    groupName: "Bench",
    arrivalTime: new Date(Date.UTC(2024, 2, 1) + index * 1_000).toISOString().slice(0, 19),
    content: madeContent(size),
  }));
  const served = await serveEmulator({ files, accessTokenLifetime: 86_400_000, ...options });
  const dir = await Deno.stat("/dev/shm").then(() => "/dev/shm", () => undefined);
  const folder = await Deno.makeTempDir({ dir });
  await work(served, folder).finally(() => served.stop()).finally(() => Deno.remove(folder, { recursive: true }));
}

/** Prints a goal, and whether it is reached. */
function judge(goal: string, value: number, most: number): void {
  if (Number.isNaN(value)) return console.log(`     ${goal}: left out, a program for it is not installed`);
  console.log(`${value <= most ? "ok  " : "FAIL"} ${goal}: ${value.toFixed(3)}, ${most} at most`);
  if (value > most) Deno.exitCode = 1;
}

const ratioOf = (costs: readonly Cost[], others: readonly Cost[]) =>
  median(costs.map(({ processor }, round) => processor / others[round]!.processor));
const beyond = (costs: readonly Cost[], others: readonly Cost[]) =>
  median(costs.map(({ memory }, round) => memory - others[round]!.memory));

async function download(megabytes = 1_024, rounds = 5): Promise<void> {
  await withFiles([megabytes * 2 ** 20], async ({ api }, folder) => {
    const clean = async (cost: Cost) => {
      for await (const { name } of Deno.readDir(folder)) await Deno.remove(`${folder}/${name}`, { recursive: true });
      return cost;
    };
    const ways = ["pipeTo", "save", "login"].map((way) => async () => clean(await run(way, api, folder)));
    const all = await interleave(rounds, [async () => clean(await runCurl(api, folder)), ...ways]);
    const [curl = [], bare = [], save = [], base = []] = all;
    for (const [index, way] of ["curl", "pipeTo", "saveFile", "login"].entries()) {
      console.log(`${way}: ${median(all[index]!.map(({ processor }) => processor)).toFixed(2)} processor s`);
    }
    judge("P1: saveFile, processor time ÷ curl's", ratioOf(save, curl), 1.15);
    judge("P3: with progress and stall watch ÷ bare pipeTo", ratioOf(save, bare), 1.03);
    judge(`P2: MB of memory beyond a login, ${megabytes} MiB`, beyond(save, base), 16);
  });
}

async function sync(files = 2_500, latency = 20, atATime = 4): Promise<void> {
  await withFiles(Array(files).fill(1_000), async ({ api, emulator }, folder) => {
    for (const operation of ["downloadFile", "searchFiles"] as const) {
      emulator.faults.add({ operation, delay: latency, times: Infinity });
    }
    const bare = await run("loop", api, await Deno.makeTempDir({ dir: folder }));
    const seen = { downloadFile: 0, searchFiles: 0, fetchLink: 0 };
    const requests = () => {
      const news = Object.entries(seen).map(([operation, before]) => emulator.count(operation as "fetchLink") - before);
      return news.reduce((sum, count) => sum + count);
    };
    for (const operation of Object.keys(seen) as (keyof typeof seen)[]) seen[operation] = emulator.count(operation);
    const [pages, floor] = [Math.ceil(files / 1_000), files * latency / 1_000 / atATime];
    const first = await run("sync", api, folder);
    console.log(`the latency alone: ${floor} s`);
    for (const [name, { seconds, processor }] of Object.entries({ "a bare loop": bare, "syncGroup": first })) {
      console.log(`${name}: ${seconds.toFixed(1)} s, ${processor.toFixed(1)} processor s`);
    }
    const before = requests();
    judge("P4: requests", before, files + pages + 2);
    judge("P4: time ÷ the bare loop's, or that of the latency", first.seconds / Math.max(floor, bare.seconds), 1.25);
    await run("sync", api, folder);
    judge("P5: requests", requests() - before, pages);
  });
}

async function resume(megabytes = 100, cuts = 20): Promise<void> {
  const size = megabytes * 1e6;
  const random = seededRandom(1);
  const places = Array.from({ length: cuts }, () => random.below(size)).sort((a, b) => a - b);
  let from = 0;
  await withFiles([size], async ({ api, emulator }, folder) => {
    for (const [index, place] of places.entries()) {
      emulator.faults.add({ operation: "fetchLink", cutAfter: place - (places[index - 1] ?? 0) });
    }
    await run("save", api, folder);
    const { size: length } = await Deno.stat(`${folder}/file_f0.bin`);
    console.log(`${emulator.count("fetchLink")} requests, ${cuts - emulator.faults.pending} cuts`);
    judge("P6: bytes sent ÷ size", length === size ? (places.at(-1)! + size - from) / size : Infinity, 1.01);
  }, {
    onResponse({ headers }, { operation }) {
      if (operation === "fetchLink") from = Number(/\d+/.exec(headers.get("content-range") ?? "0")?.[0]);
    },
  });
}

async function ncsv(megabytes = 20, rounds = 3): Promise<void> {
  const names = [
    "the bytes alone",
    "csv-parse, Node stream",
    "csv-parse, web stream",
    "readNcsv, batches",
    "readNcsv, rows",
  ];
  const all = await interleave(rounds, names.map((name) => () => run(name, "http://127.0.0.1", "", megabytes)));
  const [bytes = [], node = [], web = [], ...ours] = all;
  const floors = node.map((one, round) => one.processor < web[round]!.processor ? one : web[round]!);
  for (const [index, costs] of ours.entries()) {
    judge(`P7: ${names[index + 3]}, processor time ÷ that of csv-parse alone`, ratioOf(costs, floors), 1.25);
    judge(`P7: ${names[index + 3]}, MB of memory beyond the bytes alone`, beyond(costs, bytes), 64);
  }
}

const [name = "", ...numbers] = Deno.args;
const bench = { download, sync, resume, ncsv }[name];
if (!bench) {
  console.error("usage: deno task bench:data download|sync|resume|ncsv");
  Deno.exit(2);
}
await bench(...numbers.map(Number));
Deno.exit();
