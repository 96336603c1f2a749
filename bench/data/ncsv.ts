/**
 * Goal P7: `readNcsv` beside csv-parse alone on the same text, in processor seconds and memory. Fails above the limits.
 *
 *   deno run -A bench/data/ncsv.ts [MEGABYTES] [ROUNDS]
 *
 * Each way runs in a process of its own, on one block of rows again and again; the median of the rounds decides. For Linux.
 */
import { readNcsv } from "@xsignals/data/ncsv";
import { parse as parseNode } from "csv-parse";
import { parse as parseWeb } from "csv-parse/stream";
import { cpuUsage } from "node:process";
import { Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { interleave } from "../interleaved.ts";
import { median } from "../median.ts";

const [MAX_RATIO, MAX_MEGABYTES] = [1.25, 64];
const OPTIONS = { comment: "#", comment_no_infix: true, record_delimiter: ["\r\n", "\n"], skip_empty_lines: true };
const HEADER =
  "Instrument,Market,Order Ref,Original,Side,Date(UTC),Balance,Ccy(S),Country(S),Date In(S),Instrument Name(S)," +
  "Price,Project ID(S),Project Type(S),Quantity,Time In(S),Type(S),ValueTax,Vintage(S),TimeZone(MD-S)\n";

function makeRow(index: number): string {
  const ref = String(index).padStart(9, "0");
  return `GEO-V${
    index % 30
  },SIP,${ref},${ref},BID,2024-03-04T18:00:00.000,${index}.00,USD,BR,2024.03.04,Global Emissions Offset,` +
    `${index / 100},VCS-${index},"renewable, non-renewable",5000.00,9:54:01,LIMIT,,2019,UTC\n`;
}

function textOf(megabytes: number): ReadableStream<Uint8Array> {
  const block = new TextEncoder().encode(Array.from({ length: 350 }, (_, index) => makeRow(index)).join(""));
  let left = megabytes * 1e6 / block.length;
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(HEADER)),
    pull: (controller) => left-- > 0 ? controller.enqueue(block) : controller.close(),
  });
}

/** The floor, csv-parse in both of its forms, of which the faster one counts, and what is judged. */
const WAYS: Readonly<Record<string, (text: ReadableStream<Uint8Array>) => unknown>> = {
  "the bytes alone": (text) => text,
  "csv-parse, Node stream": (text) => Readable.fromWeb(text as NodeStream).pipe(parseNode(OPTIONS)),
  "csv-parse, web stream": (text) => text.pipeThrough(parseWeb(OPTIONS)),
  "readNcsv, batches": async (text) => (await readNcsv(text)).batches(),
  "readNcsv, rows": (text) => readNcsv(text),
};

async function measure(megabytes: number, way: string): Promise<{ seconds: number; memory: number }> {
  const args = ["run", "-A", import.meta.filename!, String(megabytes), "1", way];
  const { code, stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  if (code !== 0) throw new Error(`Cannot measure ${way}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

const [megabytes = "20", rounds = "3", way] = Deno.args;
if (way !== undefined) {
  const before = cpuUsage();
  for await (const _ of await WAYS[way]!(textOf(Number(megabytes))) as AsyncIterable<unknown>);
  const { user, system } = cpuUsage(before);
  const [, peak] = /VmHWM:\s*(\d+)/.exec(await Deno.readTextFile("/proc/self/status"))!;
  console.log(JSON.stringify({ seconds: (user + system) / 1e6, memory: Number(peak) / 1024 }));
} else {
  const names = Object.keys(WAYS);
  const all = await interleave(Number(rounds), names.map((name) => () => measure(Number(megabytes), name)));
  for (const [index, name] of names.entries()) {
    const runs = all[index]!;
    const floors = runs.map((_, round) => Math.min(all[1]![round]!.seconds, all[2]![round]!.seconds));
    const ratio = median(runs.map(({ seconds }, round) => seconds / floors[round]!));
    const memory = median(runs.map(({ memory }, round) => memory - all[0]![round]!.memory));
    const isOver = name.startsWith("readNcsv") && (ratio > MAX_RATIO || memory > MAX_MEGABYTES);
    const seconds = median(runs.map(({ seconds }) => seconds)).toFixed(2);
    console.log(
      `${isOver ? "FAIL" : "ok  "} ${name}: ${seconds} s, ${ratio.toFixed(2)} of csv-parse alone, +${
        memory.toFixed(0)
      } MB`,
    );
    if (isOver) Deno.exitCode = 1;
  }
}
