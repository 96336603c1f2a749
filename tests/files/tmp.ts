import { byFiles, byUsualLoop, readArrivals, readInPeace, readWhole } from "./histories.ts";
const n = Number(Deno.args[0] ?? 300);
const only = Deno.args[1];
for (
  const [name, f] of Object.entries({
    files: () => readWhole(n, 1, byFiles),
    usual: () => readWhole(n, 1, byUsualLoop),
    arrivals: () => readArrivals(n, 1),
    peace: () => readInPeace(10, 1),
  })
) {
  if (only && name !== only) continue;
  const t = performance.now();
  console.log(name, await f(), performance.now() - t);
}
