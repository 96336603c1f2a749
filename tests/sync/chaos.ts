/**
 * Kills a process that syncs a folder, at moments that a seed decides, and looks at the folder each time.
 *
 *   deno task chaos:sync [--kills 200] [--seed 1]
 *
 * Prints the counts, and exits with 1 if a file under its name was not whole, or if anything else is left at the end.
 */
import { parseArgs } from "node:util";
import { type BodyFault, type Emulator, madeContent } from "@xsignals/emulator";
import { serveEmulator } from "@xsignals/emulator/serve";
import { type Random, seededRandom } from "../seeded_random.ts";

const GROUP = "Chaos";
const FILES = 50;

/** The longest time from the beginning of a sync to its end by a kill, in ms. */
const LATEST = 1_200;

/** Makes some downloads of the next sync go wrong, and all of them slow: the larger ones come no longer at once. */
function breakBodies({ faults }: Emulator, random: Random): void {
  faults.clear();
  for (let times = 0; times < 12; times++) {
    const at = random.below(100_000);
    const [operation, path] = random.pick([["downloadFile", "/file/f#/download"], ["fetchLink", "/f#"]] as const);
    const how = random.pick<BodyFault>([
      { cutAfter: at },
      { stallAfter: at },
      { framing: "chunked", cutAfter: at },
      { gzip: true },
    ]);
    faults.add({ operation, path: path.replace("#", String(random.below(FILES))), ...how });
  }
  faults.add({ operation: "downloadFile", rate: 500_000, times: Infinity });
}

/** The files under their names that are not whole. */
export async function findTorn(folder: string, sizes: ReadonlyMap<string, number>): Promise<string[]> {
  const torn: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile) continue;
    const bytes = await Deno.readFile(`${folder}/${name}`);
    const { size, chunk } = madeContent(sizes.get(name) ?? 0);
    let isWhole = bytes.length === size;
    for (let at = 0; isWhole && at < size;) {
      const expected = chunk(at);
      isWhole = expected.subarray(0, size - at).every((byte, index) => byte === bytes[at + index]);
      at += expected.length;
    }
    if (!isWhole) torn.push(name);
  }
  return torn;
}

/** Runs a sync, and kills it after `ms` of work. Resolves with whether it had ended before. */
async function runSync(args: readonly string[], ms: number): Promise<boolean> {
  const program = new URL("worker.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", program, ...args],
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.getReader();
  await lines.read();
  const timer = ms < Infinity ? setTimeout(() => child.kill("SIGKILL"), ms) : undefined;
  while (!(await lines.read()).done);
  const { signal, success } = await child.status;
  clearTimeout(timer);
  if (signal === null && !success && ms === Infinity) throw new Error("The last sync could not fetch every file");
  return signal === null;
}

async function chaos(kills: number, seed: number): Promise<boolean> {
  const random = seededRandom(seed);
  const all = Array.from({ length: FILES }, (_, index) => index === 0 ? 9_000_000 : random.below(150_000));
  const files = all.map((size, index) => ({
    fid: `f${index}`,
    fileName: "file.bin",
    groupName: GROUP,
    content: madeContent(size),
  }));
  const sizes = new Map(all.map((size, index) => [`file_f${index}.bin`, size]));
  const { emulator, api, stop } = await serveEmulator({ files });
  const folder = await Deno.makeTempDir({ prefix: "xsignals-chaos-" });
  const args = [api, GROUP, folder];
  const counts = { kills: 0, finished: 0, torn: 0 };
  const namesIn = () => Array.from(Deno.readDirSync(folder), ({ name }) => name);
  try {
    while (counts.kills < kills) {
      breakBodies(emulator, random);
      if (await runSync(args, random.below(LATEST))) counts.finished++;
      else counts.kills++;
      for (const name of await findTorn(folder, sizes)) {
        console.error(`torn after ${counts.kills} kills: ${name}`);
        counts.torn++;
      }
      const isFull = namesIn().filter((name) => sizes.has(name)).length === FILES;
      for (const name of namesIn()) {
        if (sizes.has(name) && (isFull || random.chance(0.1))) await Deno.remove(`${folder}/${name}`);
      }
    }
    emulator.faults.clear();
    await runSync(args, Infinity);
    counts.torn += (await findTorn(folder, sizes)).length;
    const resumed = emulator.count({ operation: "fetchLink", status: 206 });
    const remains = namesIn().filter((name) => !sizes.has(name));
    const missing = FILES - (namesIn().length - remains.length);
    console.log(
      `chaos:sync seed ${seed}: ${counts.kills} kills, ${counts.finished} syncs ended before, ${resumed} downloads ` +
        `resumed; ${counts.torn} torn files, ${missing} missing, ${remains.length} remains`,
    );
    return counts.torn + remains.length + missing === 0;
  } finally {
    await stop();
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { kills: { type: "string" }, seed: { type: "string" } } });
  const [kills, seed] = [Number(values.kills ?? 200), Number(values.seed ?? 1)];
  if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
    console.error("usage: deno task chaos:sync [--kills N] [--seed N]");
    Deno.exit(2);
  }
  Deno.exit(await chaos(kills, seed) ? 0 : 1);
}
