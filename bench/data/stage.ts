import { type EmulatorOptions, madeContent } from "@xsignals/emulator";
import { type ServedEmulator, serveEmulator } from "@xsignals/emulator/serve";

/** What a way has cost. */
export interface Cost {
  readonly seconds: number;
  readonly processor: number;
  readonly memory: number;
}

/** Serves files of made content, with a folder in memory where the system has one, and removes both. */
export async function withFiles(
  sizes: readonly number[],
  work: (served: ServedEmulator, folder: string) => Promise<void>,
  options: EmulatorOptions = {},
): Promise<void> {
  const files = sizes.map((size, index) => ({
    fid: `f${index}`,
    fileName: "file.bin",
    groupName: "Bench",
    content: madeContent(size),
  }));
  const served = await serveEmulator({ files, accessTokenLifetime: 86_400_000, ...options });
  const dir = await Deno.stat("/dev/shm").then(() => ({ dir: "/dev/shm" }), () => ({}));
  const folder = await Deno.makeTempDir(dir);
  try {
    await work(served, folder);
  } finally {
    await served.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs one way of `worker.ts`. */
export async function runWay(way: string, api: string, folder: string): Promise<Cost> {
  const worker = new URL("worker.ts", import.meta.url).pathname;
  const args = ["run", "-A", "--no-check", worker, way, api, folder];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Prints a goal, and whether it is reached. */
export function judge(goal: string, value: number, most: number): boolean {
  const isReached = value <= most;
  console.log(`${isReached ? "ok  " : "FAIL"} ${goal}: ${value.toFixed(3)}, ${most} at most`);
  return isReached;
}
