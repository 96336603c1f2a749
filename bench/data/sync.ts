/** Goals P4 and P5: requests and time of `syncGroup`, and those of a second run. */
import { judge, runWay, withFiles } from "./stage.ts";

const [files = 2_500] = Deno.args.map(Number);
const LATENCY = 20;
const AT_A_TIME = 4;

let isGood = true;
await withFiles(Array(files).fill(1_000), async ({ api, emulator }, folder) => {
  for (const operation of ["downloadFile", "searchFiles"] as const) {
    emulator.faults.add({ operation, delay: LATENCY, times: Infinity });
  }
  const loop = await runWay("loop", api, await Deno.makeTempDir({ dir: folder }));
  const already = emulator.log.length;
  const count = (operation: string) =>
    emulator.log.slice(already).filter((entry) => entry.operation === operation).length;
  const requests = () => count("downloadFile") + count("searchFiles") + count("fetchLink");
  const pages = Math.ceil(files / 1_000);
  const first = await runWay("sync", api, folder);
  console.log(`a bare loop: ${loop.seconds.toFixed(1)} s, ${loop.processor.toFixed(1)} processor s`);
  console.log(
    `first: ${requests()} requests, ${first.seconds.toFixed(1)} s, ${first.processor.toFixed(1)} processor s`,
  );
  isGood = judge("P4: requests", requests(), files + pages + 2);
  const floor = files * LATENCY / 1_000 / AT_A_TIME;
  isGood = judge("P4: time ÷ that of the latency alone", first.seconds / floor, 1.25) && isGood;
  const before = requests();
  const second = await runWay("sync", api, folder);
  console.log(`second: ${requests() - before} requests, ${second.seconds.toFixed(1)} s`);
  isGood = judge("P5: requests", requests() - before, pages) && isGood;
  isGood = judge("P5: of content", count("downloadFile") - files, 0) && isGood;
});
Deno.exit(isGood ? 0 : 1);
