/**
 * Every state that can be reached, each once, the nearest first.
 *
 * @module
 */
import { isPoll, type LocalStates, numbering } from "./local_state.ts";
import { type Choose, createMoves, type Mover, moversIn } from "./moves.ts";
import { isBusy } from "./rules.ts";
import { type Start, whoIs } from "./start.ts";
import type { Setting, State } from "./state.ts";

/** A move, with what was chosen in it. */
export interface Step {
  readonly mover: Mover;
  readonly choices: readonly boolean[];
}

export interface CounterExample {
  readonly steps: readonly Step[];
  readonly broken: string;
}

/** What is broken where no end comes. */
export const ENDLESS = { stuck: "nobody can go on", circle: "it goes on like that for ever" };

/**
 * Explores everything that can happen, until a rule is broken: the counter-example is then a shortest one.
 *
 * @param isWanted Whether that is the rule which is looked for.
 */
export async function explore(
  { setting, begin }: Start,
  locals: LocalStates,
  isWanted: (broken: string) => boolean = () => true,
): Promise<{ states: number; steps: number; counterExample: CounterExample | undefined }> {
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

  function pathTo(number: number): Step[] {
    const path: Step[] = [];
    for (let at = number; at > 0; at = reachedBy[at]!.from) path.unshift(reachedBy[at]!);
    return path;
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

  async function leave(state: State, number: number): Promise<CounterExample | undefined> {
    for (const mover of [...moversIn(state, setting), "time" as const]) {
      if (mover === "time" && state.pauses === 0 && targets[number]!.length > 0) continue;
      const counterExample = await makeSteps(state, mover, number);
      if (counterExample) return counterExample;
    }
    return targets[number]!.length > 0 ? undefined : { steps: pathTo(number), broken: ENDLESS.stuck };
  }

  async function exploreAll(): Promise<CounterExample | undefined> {
    numberOf(await begin(moves), { mover: "time", choices: [] }, 0);
    for (let number = 0; number < states.length; number++) {
      const state = states[number]!;
      states[number] = undefined;
      targets.push([]);
      const counterExample = state.workers.some(isBusy) ? await leave(state, number) : undefined;
      if (counterExample) return counterExample;
    }
    const endless = nodeOnCircle(targets);
    return endless === undefined ? undefined : { steps: pathTo(endless), broken: ENDLESS.circle };
  }

  const counterExample = await exploreAll();
  return { states: numbers.size, steps: targets.reduce((sum, { length }) => sum + length, 0), counterExample };
}

/** Makes texts that are equal for states from which the same can happen. */
function keysOf(setting: Setting): (state: State) => string {
  const { tokenDeadlineMs, leaseMs, tick } = setting;
  const cap = Math.max(tokenDeadlineMs, leaseMs);
  const short = numbering();

  return ({ now, pauses, store, server, workers, wire, sent, got, isLost }) => {
    const age = (at: number | undefined) => at === undefined ? "" : Math.min(cap, now - at) / tick;
    const holder = store?.view.lease?.holder;
    const parts = workers.map(({ local, pending, crashes, sentAt }) => {
      const calls = pending.map(({ id, since, answered }) => {
        if (answered) return `=${short(JSON.stringify(answered.result))}`;
        const call = local.position.calls.find((one) => one.id === id);
        return call?.kind === "sleep" && !isPoll(call, setting) ? age(since) : "";
      });
      if (local.position.outcome) return local.heard;
      return `${local.heard},${local.looks.map(age).join("")},${calls},${crashes},${
        local.who.name === holder ? age(sentAt) : ""
      }`;
    });
    const rest = short(JSON.stringify([server, wire, sent, got, isLost]));
    const record = store ? `${short(store.data)}:${store.version}:${holder ? age(store.at) : ""}` : "";
    return `${pauses} ${record} ${rest} ${parts.join(" ")}`;
  };
}

/**
 * Runs something once for every way in which its choices can be made: the first time none of them happens.
 *
 * @param run Given what it asks; returns `false` to stop.
 */
export async function everyWay(run: (choose: Choose, made: readonly boolean[]) => Promise<boolean>): Promise<void> {
  let script: readonly boolean[] = [];
  for (;;) {
    const made: boolean[] = [];
    const choose = () => {
      made.push(script[made.length] ?? false);
      return made.at(-1)!;
    };
    if (!(await run(choose, made))) return;
    const last = made.lastIndexOf(false);
    if (last === -1) return;
    script = [...made.slice(0, last), true];
  }
}

/**
 * Finds a node of a graph from which a way leads back to it.
 *
 * @param targets Where each node leads. All can be reached from the first one.
 */
export function nodeOnCircle(targets: readonly (readonly number[])[]): number | undefined {
  /** How many ways lead to each node, without those from nodes that are on no circle and after none. */
  const left = new Uint32Array(targets.length);
  for (const ones of targets) for (const target of ones) left[target]!++;
  const ready = left[0] === 0 ? [0] : [];
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    for (const target of targets[node]!) if (--left[target]! === 0) ready.push(target);
  }
  let node = left.findIndex((count) => count > 0);
  if (node === -1) return undefined;
  // Each of the others is led to by another of them: the way back ends up on a circle.
  const before = new Map<number, number>();
  targets.forEach((ones, from) => ones.forEach((target) => left[from]! > 0 && before.set(target, from)));
  const passed = new Set<number>();
  for (; !passed.has(node); node = before.get(node)!) passed.add(node);
  return node;
}
