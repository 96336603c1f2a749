/** Goals P1 to P3: what `saveFile` costs beside curl and a bare `pipeTo`. */
import { interleave } from "../interleaved.ts";
import { median } from "../median.ts";
import { type Cost, judge, runWay, withFiles } from "./stage.ts";

const [megabytes = 1_024, rounds = 5] = Deno.args.map(Number);

/** Runs curl; the shell tells the processor time of its children. */
async function runCurl(api: string, folder: string): Promise<Cost | undefined> {
  const curl = `curl -sS -u login:password -o '${folder}/curl' ${api}/file/f0/download`;
  const output = await new Deno.Command("sh", { args: ["-c", `command -v curl >/dev/null && ${curl} && times`] })
    .output();
  if (!output.success) return undefined;
  const [, children = ""] = new TextDecoder().decode(output.stdout).trim().split("\n");
  const times = children.split(" ").map((time) => time.replace("s", "").split("m").map(Number));
  return { seconds: 0, processor: times.reduce((sum, [m = 0, s = 0]) => sum + m * 60 + s, 0), memory: 0 };
}

let isGood = true;
await withFiles([megabytes * 2 ** 20], async ({ api }, folder) => {
  const clean = async <T>(cost: T) => {
    for await (const { name } of Deno.readDir(folder)) await Deno.remove(`${folder}/${name}`, { recursive: true });
    return cost;
  };
  const [curl = [], bare = [], save = [], base = []] = await interleave<Cost | undefined>(rounds, [
    async () => await clean(await runCurl(api, folder)),
    async () => await clean(await runWay("pipeTo", api, folder)),
    async () => await clean(await runWay("save", api, folder)),
    () => runWay("login", api, folder),
  ]);
  const row = (costs: readonly (Cost | undefined)[]) => ({
    "processor s": median(costs.map((cost) => cost!.processor)).toFixed(2),
    "memory MB": median(costs.map((cost) => cost!.memory)).toFixed(0),
  });
  const isThere = curl[0] !== undefined;
  console.table({
    ...(isThere && { curl: row(curl) }),
    "pipeTo": row(bare),
    saveFile: row(save),
    "login alone": row(base),
  });
  const ratio = (others: typeof save) => median(save.map((cost, round) => cost!.processor / others[round]!.processor));
  if (!isThere) console.log("curl: left out, it is not installed");
  else isGood = judge("P1: saveFile, processor time ÷ curl's", ratio(curl), 1.15);
  isGood = judge("P3: with progress and stall watch ÷ bare pipeTo", ratio(bare), 1.03) && isGood;
  const beyond = median(save.map((cost, round) => cost!.memory - base[round]!.memory));
  isGood = judge(`P2: MB of memory beyond a login, ${megabytes} MiB`, beyond, 16) && isGood;
});
Deno.exit(isGood ? 0 : 1);
