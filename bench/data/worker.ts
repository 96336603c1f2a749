/** One way to do a job, in a process of its own: prints seconds, processor seconds and the most memory in MB. For Linux. */
import { createData } from "@xsignals/data";
import { saveFile, syncGroup } from "@xsignals/data/disk";
import { readNcsv } from "@xsignals/data/ncsv";
import { createSession, login } from "@xsignals/session";
import { parse as parseNode } from "csv-parse";
import { parse as parseWeb } from "csv-parse/stream";
import { cpuUsage } from "node:process";
import { Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";

const [way = "", baseUrl = "http://127.0.0.1", folder = "", megabytes = "0"] = Deno.args;
const session = createSession({ strategy: login({ username: "login", password: "password" }), baseUrl });
const data = createData(session);
const CSV = { comment: "#", comment_no_infix: true, record_delimiter: ["\r\n", "\n"], skip_empty_lines: true };

/** Orders, so many megabytes of them. */
function table(): ReadableStream<Uint8Array> {
  const lines = Array.from(
    { length: 350 },
    (_, index) =>
      `GEO-V${index % 30},SIP,${
        String(index).padStart(9, "0")
      },000012044,BID,2024-03-04T18:00:00.000,${index}.00,USD,BR,` +
      `2024.03.04,Global Emissions Offset,${
        index / 100
      },VCS-1,"renewable, non-renewable",5000.00,9:54:01,LIMIT,,2019,UTC\n`,
  );
  const block = new TextEncoder().encode(lines.join(""));
  const header = "Instrument,Market,Order Ref,Original,Side,Date(UTC),Balance,Ccy(S),Country(S),Date In(S),Name(S)," +
    "Price,Project ID(S),Project Type(S),Quantity,Time In(S),Type(S),ValueTax,Vintage(S),TimeZone(MD-S)\n";
  let left = Number(megabytes) * 1e6 / block.length;
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(header)),
    pull: (controller) => left-- > 0 ? controller.enqueue(block) : controller.close(),
  });
}

async function drain(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of rows);
}

/** The least that fetches the same files, four at a time. */
async function loop(): Promise<void> {
  const files = (await Array.fromAsync(data.files("Bench"))).values();
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (const { fid } of files) {
      await Deno.writeFile(`${folder}/${fid}`, (await session.fetch(`/file/${fid}/download`)).body!);
    }
  }));
}

const WAYS: Readonly<Record<string, () => Promise<unknown>>> = {
  login: async () => await session.token(),
  save: async () => await saveFile(data, file!, { folder }),
  pipeTo: async () => {
    const target = await Deno.open(`${folder}/bare`, { write: true, create: true });
    await (await session.fetch("/file/f0/download")).body?.pipeTo(target.writable);
  },
  sync: async () => await syncGroup(data, "Bench", { folder }),
  loop,
  "the bytes alone": () => drain(table()),
  "csv-parse, Node stream": () => drain(Readable.fromWeb(table() as NodeStream).pipe(parseNode(CSV))),
  "csv-parse, web stream": () => drain(table().pipeThrough(parseWeb(CSV))),
  "readNcsv, batches": async () => await drain((await readNcsv(table())).batches()),
  "readNcsv, rows": async () => await drain(await readNcsv(table())),
};
const file = folder === "" ? undefined : await data.file("f0"); // and so the login
const [startedAt, before] = [performance.now(), cpuUsage()];
await WAYS[way]!();
const { user, system } = cpuUsage(before);
const [, most = "0"] = /VmHWM:\s+(\d+)/.exec(await Deno.readTextFile("/proc/self/status").catch(() => "")) ?? [];
console.log(JSON.stringify({
  seconds: (performance.now() - startedAt) / 1000,
  processor: (user + system) / 1e6,
  memory: Number(most) / 1000,
}));
Deno.exit();
