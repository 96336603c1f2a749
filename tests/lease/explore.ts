/**
 * Every state that can be reached, each once, the nearest first.
 *
 * @module
 */
import { everyWay } from "./choices.ts";
import { countWays } from "./count_ways.ts";
import { keysOf } from "./key.ts";
import type { LocalStates } from "./local_state.ts";
import { canMove, createMoves, type Mover } from "./moves.ts";
import { isBusy } from "./rules.ts";
import { type Start, whoIs } from "./start.ts";
import type { State } from "./state.ts";

/** A move, with what was chosen in it. */
export interface Step {
  readonly mover: Mover;
  readonly choices: readonly boolean[];
}

/** How a rule was broken. */
export interface CounterExample {
  readonly steps: readonly Step[];
  readonly broken: string;
}

/** What is broken where no end comes. */
export const ENDLESS = { stuck: "nobody can go on", circle: "it goes on like that for ever" };

/** What was found. */
export interface Exploration {
  readonly states: number;
  /** Steps from one of them to another. */
  readonly steps: number;
  /** In how many of them all have ended. */
  readonly ends: number;
  /** How many ways lead from the beginning to an end. */
  readonly schedules: number;
  /** The shortest, when a rule was broken; what lies behind was not looked at. */
  readonly counterExample?: CounterExample;
}

/**
 * Explores everything that can happen, until a rule is broken.
 *
 * @param isWanted Whether that is the rule which is looked for.
 */
export async function explore(
  { setting, begin }: Start,
  locals: LocalStates,
  isWanted: (broken: string) => boolean = () => true,
): Promise<Exploration> {
  const moves = createMoves(setting, locals, whoIs);
  const keyOf = keysOf(setting);
  const numbers = new Map<string, number>();
  /** The states by number, while they are to be looked at; how each was reached; and where each leads. */
  const states: (State | undefined)[] = [];
  const reachedBy: (Step & { readonly from: number })[] = [];
  const targets: number[][] = [];

  function numberOf(state: State, step: Step, from: number): number {
    const key = keyOf(state);
    let number = numbers.get(key);
    if (number === undefined) {
      numbers.set(key, number = numbers.size);
      states.push(state);
      reachedBy.push({ ...step, from });
    }
    return number;
  }

  /** Makes every step that a mover can make; tells of the rule that was broken. */
  async function makeSteps(state: State, mover: Mover, from: number): Promise<CounterExample | undefined> {
    let counterExample: CounterExample | undefined;
    await everyWay(async (choose, made) => {
      const { state: reached, broken } = await moves.make(state, mover, choose, () => {});
      const step = { mover, choices: [...made] };
      const rule = broken.find(isWanted);
      if (rule !== undefined) counterExample = { steps: [...pathTo(from), step], broken: rule };
      const target = numberOf(reached, step, from);
      if (target !== from) targets[from]!.push(target);
      return counterExample === undefined;
    });
    return counterExample;
  }

  function pathTo(number: number): Step[] {
    const path: Step[] = [];
    for (let at = number; at > 0; at = reachedBy[at]!.from) path.unshift(reachedBy[at]!);
    return path;
  }

  async function leave(state: State, number: number): Promise<CounterExample | undefined> {
    for (let worker = 0; worker < state.workers.length; worker++) {
      if (!canMove(state.workers[worker]!, setting)) continue;
      const counterExample = await makeSteps(state, worker, number);
      if (counterExample) return counterExample;
    }
    if (state.pauses > 0 || targets[number]!.length === 0) {
      const counterExample = await makeSteps(state, "time", number);
      if (counterExample) return counterExample;
    }
    return targets[number]!.length > 0 ? undefined : { steps: pathTo(number), broken: ENDLESS.stuck };
  }

  function result(counterExample?: CounterExample): Exploration {
    const steps = targets.reduce((sum, { length }) => sum + length, 0);
    const ends = targets.reduce((sum, { length }) => sum + (length === 0 ? 1 : 0), 0);
    if (counterExample) return { states: numbers.size, steps, ends, schedules: 0, counterExample };
    const { schedules, onCircle } = countWays(targets);
    return {
      states: numbers.size,
      steps,
      ends,
      schedules,
      ...(onCircle === undefined ? {} : { counterExample: { steps: pathTo(onCircle), broken: ENDLESS.circle } }),
    };
  }

  numberOf(await begin(moves), { mover: "time", choices: [] }, 0);
  for (let number = 0; number < states.length; number++) {
    const state = states[number]!;
    states[number] = undefined;
    targets.push([]);
    if (!state.workers.some(isBusy)) continue;
    const counterExample = await leave(state, number);
    if (counterExample) return result(counterExample);
  }
  return result();
}
