import type { Scheduler } from "fast-check";
import { setImmediate } from "node:timers/promises";
import { fakeClock } from "../fake_clock.ts";

export class Violation extends Error {
  override readonly name = "Violation";

  /** The rule, in a few words; the message also says how it was broken. */
  readonly rule: string;

  constructor(rule: string, how: string) {
    super(`${rule}: ${how}`);
    this.rule = rule;
  }
}

/** Where a run takes place: the time, the order in which things arrive, and the record of what happened. */
export type Stage = ReturnType<typeof createStage>;

/** So many deliveries between two rests are a storm. */
const STORM = 20_000;

export function createStage(scheduler: Scheduler) {
  const clock = fakeClock();
  const trace: string[] = [];
  let activity = 0;
  let [last, repeats] = ["", 0];
  let failure: Violation | undefined;

  function note(line: string): void {
    activity++;
    repeats = line === last ? repeats + 1 : 0;
    last = line;
    if (repeats > 1) trace.pop();
    const again = repeats > 0 ? ` (again, ${repeats} times)` : "";
    trace.push(`${(clock.monotonic() / 1000).toFixed(3)} ${line}${again}`);
  }

  /** Waits until nothing runs any more without a delivery or the time moving. */
  async function settle(): Promise<void> {
    for (let seen = -1; seen !== activity;) {
      seen = activity;
      await setImmediate();
    }
    if (failure) throw failure;
  }

  /** Delivers one thing, or moves the time as far as the next sleeper; returns whether there was anything to do. */
  async function goOn(): Promise<boolean> {
    const ms = clock.untilNext();
    if (scheduler.count() > 0) await scheduler.waitOne();
    else if (ms === Infinity) return false;
    else clock.move(ms);
    await settle();
    return true;
  }

  return {
    clock,
    /** What happened, oldest first; without secrets. */
    trace,
    note,
    /** Ends the run as soon as everything has settled: for what happens within a session. */
    fail(violation: Violation): void {
      note(`BROKEN: ${violation.message}`);
      failure ??= violation;
    },
    settle,
    /** Waits until the scheduler picks it: how every answer is delivered. */
    turn(label: string): Promise<void> {
      activity++;
      return scheduler.schedule(Promise.resolve(), label);
    },
    /** Delivers so many things, in the scheduler's order. */
    async deliver(count: number): Promise<void> {
      for (let left = count; left > 0 && scheduler.count() > 0; left--) await goOn();
    },
    /** Moves the time by so many ms, and delivers nothing meanwhile. */
    async pause(ms: number): Promise<void> {
      for (const end = clock.monotonic() + ms; clock.monotonic() < end;) {
        clock.move(end - clock.monotonic());
        await settle();
      }
    },
    /** Delivers everything, and moves the time while somebody sleeps, until there is nothing left to do. */
    async rest(): Promise<void> {
      await settle();
      for (let moves = 0; await goOn(); moves++) {
        if (moves === STORM) throw new Violation("everything comes to rest", `not after ${STORM} deliveries`);
      }
    },
  };
}
