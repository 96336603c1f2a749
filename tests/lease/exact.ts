/**
 * What happens without any joining of local states: every process is run from its own beginning.
 *
 * @module
 */
import { seededRandom } from "../seeded_random.ts";
import { type CounterExample, ENDLESS } from "./explore.ts";
import { type LocalStates, localStates } from "./local_state.ts";
import { createMoves, moversIn } from "./moves.ts";
import { isBusy } from "./rules.ts";
import { type Start, whoIs } from "./start.ts";

const LONGEST = 60;

/**
 * Makes the steps of a counter-example again.
 *
 * @returns What happened, line by line; the last is the rule that was broken.
 * @throws {Error} When it is not broken then: the check was wrong.
 */
export async function retell({ setting, begin }: Start, { steps, broken }: CounterExample): Promise<string[]> {
  const moves = createMoves(setting, localStates(setting, true), whoIs);
  const lines: string[] = [];
  let state = await begin(moves);
  for (const { mover, choices } of steps) {
    let made = 0;
    ({ state } = await moves.make(state, mover, () => choices[made++] ?? false, (line) => lines.push(line)));
  }
  if (Object.values(ENDLESS).includes(broken)) return [...lines, `! ${broken}`];
  if (!lines.includes(`! ${broken}`)) throw new Error(`Cannot retell "${broken}":\n${lines.join("\n")}`);
  return lines;
}

/**
 * Tries whether local states were rightly joined: walks at random, once as the exploration does and once exactly, and
 * compares what happens.
 *
 * @param locals Those of the exploration.
 * @returns How many moves were compared.
 * @throws {Error} When they differ.
 */
export async function tryJoining({ setting, begin }: Start, locals: LocalStates, walks: number): Promise<number> {
  const { chance, below } = seededRandom(1);
  const joined = createMoves(setting, locals, whoIs);
  let compared = 0;
  for (let walk = 0; walk < walks; walk++) {
    const exact = createMoves(setting, localStates(setting, true), whoIs);
    let [one, other] = [await begin(joined), await begin(exact)];
    for (let move = 0; move < LONGEST && one.workers.some(isBusy); move++) {
      const able = moversIn(one, setting);
      const mover = able.length === 0 || chance(0.2) ? "time" : able[below(able.length)]!;
      const made: boolean[] = [];
      const lines: string[][] = [[], []];
      ({ state: one } = await joined.make(one, mover, () => {
        made.push(chance(0.3));
        return made.at(-1)!;
      }, (line) => lines[0]!.push(line)));
      ({ state: other } = await exact.make(other, mover, () => made.shift() ?? false, (line) => lines[1]!.push(line)));
      const [told, toldExactly] = lines.map((ones) => ones.join("\n"));
      if (told !== toldExactly) throw new Error(`Different:\n${told}\n\n${toldExactly}`);
      compared++;
    }
  }
  return compared;
}
