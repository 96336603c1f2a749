/** Goal P6: the bytes of a download that is cut again and again, beside its size. */
import { seededRandom } from "../../tests/seeded_random.ts";
import { judge, runWay, withFiles } from "./stage.ts";

const [megabytes = 100, cuts = 20] = Deno.args.map(Number);
const size = megabytes * 1e6;
const random = seededRandom(1);
const places = Array.from({ length: cuts }, () => random.below(size)).sort((a, b) => a - b);
const pieces = places.map((place, index) => place - (places[index - 1] ?? 0));

let isGood = true;
let from = 0;
await withFiles([size], async ({ api, emulator }, folder) => {
  for (const cutAfter of pieces) emulator.faults.add({ operation: "fetchLink", cutAfter });
  await runWay("save", api, folder);
  const { size: length } = await Deno.stat(`${folder}/file_f0.bin`);
  const sent = pieces.reduce((sum, piece) => sum + piece, 0) + size - from;
  console.log(`${emulator.count("fetchLink")} requests, ${cuts - emulator.faults.pending} cuts`);
  isGood = judge("P6: bytes sent ÷ size", sent / size, 1.01) && length === size;
}, {
  onResponse({ headers }, { operation }) {
    if (operation === "fetchLink") from = Number(/\d+/.exec(headers.get("content-range") ?? "0")?.[0]);
  },
});
Deno.exit(isGood ? 0 : 1);
