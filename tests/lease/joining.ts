import { type LocalStates, localStates } from "./local_state.ts";
import { canMove, createMoves, type Mover } from "./moves.ts";
import { isBusy } from "./rules.ts";
import { type Start, whoIs } from "./start.ts";

/** The longest walk, in moves. */
const LONGEST = 60;

/**
 * Tries whether local states were rightly joined: walks at random, once as the exploration does and once with every process
 * run from its own beginning, and compares what happens.
 *
 * @param locals Those of the exploration.
 * @returns How many moves were compared.
 * @throws {Error} When they differ.
 */
export async function tryJoining({ setting, begin }: Start, locals: LocalStates, walks: number): Promise<number> {
  const random = randomNumbers();
  const joined = createMoves(setting, locals, whoIs);
  let compared = 0;
  for (let walk = 0; walk < walks; walk++) {
    const exact = createMoves(setting, localStates(setting, true), whoIs);
    let [one, other] = [await begin(joined), await begin(exact)];
    for (let move = 0; move < LONGEST && one.workers.some(isBusy); move++) {
      const able = one.workers.flatMap((worker, number): Mover[] => canMove(worker, setting) ? [number] : []);
      const mover = able.length === 0 || random() < 0.2 ? "time" : able[Math.floor(random() * able.length)]!;
      const made: boolean[] = [];
      const lines: string[][] = [[], []];
      ({ state: one } = await joined.make(one, mover, () => {
        made.push(random() < 0.3);
        return made.at(-1)!;
      }, (line) => lines[0]!.push(line)));
      ({ state: other } = await exact.make(other, mover, () => made.shift() ?? false, (line) => lines[1]!.push(line)));
      if (lines[0]!.join("\n") !== lines[1]!.join("\n")) {
        throw new Error(`Different:\n${lines[0]!.join("\n")}\n\n${lines[1]!.join("\n")}`);
      }
      compared++;
    }
  }
  return compared;
}

/** Numbers from 0 to 1, the same in every run. */
function randomNumbers(): () => number {
  let state = 1;
  return () => {
    state = Math.imul(state, 1_664_525) + 1_013_904_223 | 0;
    return (state >>> 0) / 2 ** 32;
  };
}
