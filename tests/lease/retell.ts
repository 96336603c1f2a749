import { localStates } from "./local_state.ts";
import { type CounterExample, ENDLESS } from "./explore.ts";
import { createMoves } from "./moves.ts";
import { type Start, whoIs } from "./start.ts";

/**
 * Makes the steps of a counter-example again, with every process run from its own beginning and nothing joined.
 *
 * @returns What happened, line by line; the last is the rule that was broken.
 * @throws {Error} When it is not broken then: the check was wrong.
 */
export async function retell({ setting, begin }: Start, { steps, broken }: CounterExample): Promise<string[]> {
  const moves = createMoves(setting, localStates(setting, true), whoIs);
  const lines: string[] = [];
  let state = await begin(moves);
  let last: readonly string[] = [];
  for (const { mover, choices } of steps) {
    let made = 0;
    const reached = await moves.make(state, mover, () => choices[made++] ?? false, (line) => lines.push(line));
    ({ state, broken: last } = reached);
  }
  if (broken === ENDLESS.stuck || broken === ENDLESS.circle) return [...lines, `! ${broken}`];
  if (!last.includes(broken)) throw new Error(`Cannot retell "${broken}":\n${lines.join("\n")}`);
  return lines;
}
