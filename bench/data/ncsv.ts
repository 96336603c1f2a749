/**
 * Goal P7: what `readNcsv` costs beside csv-parse alone on the same text, in processor seconds and memory. Fails above the limits.
 *
 *   deno run -A bench/data/ncsv.ts [MEGABYTES] [ROUNDS]
 *
 * Each way runs in a process of its own, on one block of rows that is given again and again, so that making the text costs
 * nothing. A ratio is formed within one round, and the median of the rounds decides.
 */
import { readNcsv } from "@xsignals/data/ncsv";
import { parse as parseNode } from "csv-parse";
import { parse } from "csv-parse/stream";
import { cpuUsage } from "node:process";
import { Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { interleave } from "../interleaved.ts";
import { median } from "../median.ts";

const MAX_RATIO = 1.25;
const MAX_MEGABYTES = 64;

const HEADER =
  "Instrument,Market,Order Ref,Original,Side,Date(UTC),Balance,Ccy(S),Country(S),Date In(S),Instrument Mkt Name(S)," +
  "Instrument Name(S),Price,Project ID(S),Project Type(S),Quantity,Time In(S),Type(S),ValueTax,Vintage(S),TimeZone(MD-S)\n";
const makeRow = (index: number) =>
  `GEO-V${index % 30},SIP,${String(index).padStart(9, "0")},${
    String(index).padStart(9, "0")
  },BID,2024-03-04T18:00:00.000,` +
  `${index}.00,USD,BR,2024.03.04,GEO Market,Global Emissions Offset,${(index % 1000) / 100},VCS-${index},` +
  `"renewable, non-renewable",5000.00,9:54:01,LIMIT,,2019,UTC\n`;

/** The text in chunks of 64 KiB or so. */
function textOf(megabytes: number): ReadableStream<Uint8Array> {
  const block = new TextEncoder().encode(Array.from({ length: 330 }, (_, index) => makeRow(index)).join(""));
  let left = megabytes * 1e6 / block.length;
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(HEADER)),
    pull: (controller) => left-- > 0 ? controller.enqueue(block) : controller.close(),
  });
}

const OPTIONS = {
  bom: true,
  comment: "#",
  comment_no_infix: true,
  record_delimiter: ["\r\n", "\n"],
  skip_empty_lines: true,
};

/** Each counts rows. */
const WAYS: Readonly<
  Record<string, (text: ReadableStream<Uint8Array>) => AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>>
> = {
  "the bytes alone": (text) => text,
  "csv-parse, web stream": (text) => text.pipeThrough(parse(OPTIONS)),
  "csv-parse, Node stream": (text) => Readable.fromWeb(text as NodeStream).pipe(parseNode(OPTIONS)),
  "readNcsv, batches": async (text) => (await readNcsv(text)).batches(),
  "readNcsv, rows": (text) => readNcsv(text),
};

/** Runs one way in a process of its own: processor seconds, and the most memory in MB. */
async function measure(way: string, megabytes: number): Promise<{ seconds: number; memory: number }> {
  const args = ["run", "-A", new URL(import.meta.url).pathname, String(megabytes), "0", way];
  const { code, stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  if (code !== 0) throw new Error(`Cannot measure ${way}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

const [megabytes, rounds, way] = [Number(Deno.args[0] ?? 20), Number(Deno.args[1] ?? 3), Deno.args[2]];
if (way) {
  const { user, system } = cpuUsage();
  for await (const _ of await WAYS[way]!(textOf(megabytes)));
  const used = cpuUsage({ user, system });
  const status = await Deno.readTextFile("/proc/self/status");
  console.log(
    JSON.stringify({
      seconds: (used.user + used.system) / 1e6,
      memory: Number(/VmHWM:\s*(\d+)/.exec(status)![1]) / 1000,
    }),
  );
} else {
  const names = Object.keys(WAYS);
  const [base, ...others] = await interleave(rounds, names.map((name) => () => measure(name, megabytes)));
  for (const [index, runs] of [base!, web!, ...others].entries()) {
    const ratio = median(runs.map(({ seconds }, round) => seconds / web![round]!.seconds));
    const memory = median(runs.map(({ memory }, round) => memory - base![round]!.memory));
    const isOver = names[index]!.startsWith("readNcsv") && (ratio > MAX_RATIO || memory > MAX_MEGABYTES);
    if (isOver) Deno.exitCode = 1;
    console.log(
      `${isOver ? "FAIL" : "ok  "} ${names[index]!.padEnd(23)} ${
        median(runs.map(({ seconds }) => seconds)).toFixed(2)
      } s, ` +
        `${ratio.toFixed(2)} of csv-parse alone, ${memory.toFixed(0)} MB beyond the bytes`,
    );
  }
}
