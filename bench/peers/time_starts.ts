import { peerProgram } from "./peer_program.ts";

/** How long programs take that load a subject and end: one list of ms for each file, a number for each round. */
export async function timeStarts(files: readonly string[], rounds: number): Promise<number[][]> {
  const times = files.map((): number[] => []);
  for (let round = -1; round < rounds; round++) { // the first fills the caches
    const order = [...files.entries()];
    for (const [index, file] of round % 2 === 0 ? order : order.reverse()) {
      const start = performance.now();
      const { success } = await new Deno.Command(Deno.execPath(), {
        ...peerProgram(`npm/subjects/${file}.ts`, ""),
        stdout: "null",
      }).output();
      if (!success) throw new Error(`Cannot measure ${file}: it does not start`);
      if (round >= 0) times[index]!.push(performance.now() - start);
    }
  }
  return times;
}
