import type { Scheduler } from "fast-check";
import { setImmediate } from "node:timers";
import { type SimClock, simClock } from "./sim_clock.ts";
import { Violation } from "./violation.ts";

/** Where a run takes place: the time, the order in which things arrive, and the record of what happened. */
export interface Stage {
  readonly clock: SimClock;
  /** What happened, oldest first; without secrets. */
  readonly trace: readonly string[];
  /** Adds a line to the trace. */
  note(line: string): void;
  /** Ends the run with this as soon as everything has settled: for what happens within a session. */
  fail(violation: Violation): void;
  /** Waits until the scheduler picks it: how every answer is delivered. */
  turn(label: string): Promise<void>;
  /** Waits until nothing runs any more without a delivery or the time moving. */
  settle(): Promise<void>;
  /** Delivers so many things, in the scheduler's order. */
  deliver(count: number): Promise<void>;
  /** Moves the time by so many ms, and delivers nothing meanwhile. */
  pause(ms: number): Promise<void>;
  /** Delivers everything, and moves the time while somebody sleeps, until there is nothing left to do. */
  rest(): Promise<void>;
}

/** So many deliveries between two rests are a storm. */
const STORM = 20_000;

/** Makes the stage of a run. */
export function createStage(scheduler: Scheduler): Stage {
  const clock = simClock();
  const trace: string[] = [];
  let activity = 0;
  let last = "";
  let repeats = 0;
  let failure: Violation | undefined;

  function note(line: string): void {
    activity++;
    repeats = line === last ? repeats + 1 : 0;
    last = line;
    if (repeats > 1) trace.pop();
    const again = repeats > 0 ? ` (again, ${repeats} times)` : "";
    trace.push(`${(clock.elapsed() / 1000).toFixed(3)} ${line}${again}`);
  }

  async function settle(): Promise<void> {
    for (let seen = -1; seen !== activity;) {
      seen = activity;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    if (failure) throw failure;
  }

  async function deliverOne(): Promise<void> {
    await scheduler.waitOne();
    await settle();
  }

  return {
    clock,
    trace,
    note,
    fail(violation) {
      note(`BROKEN: ${violation.message}`);
      failure ??= violation;
    },
    settle,
    turn(label) {
      activity++;
      return scheduler.schedule(Promise.resolve(), label);
    },
    async deliver(count) {
      for (let left = count; left > 0 && scheduler.count() > 0; left--) await deliverOne();
    },
    async pause(ms) {
      for (const end = clock.elapsed() + ms; clock.elapsed() < end;) {
        clock.move(end - clock.elapsed());
        await settle();
      }
    },
    async rest() {
      await settle();
      for (let moves = 0; moves < STORM; moves++) {
        const ms = clock.untilNext();
        if (scheduler.count() > 0) await deliverOne();
        else if (ms === undefined) return;
        else {
          clock.move(ms);
          await settle();
        }
      }
      throw new Violation("everything comes to rest", `not after ${STORM} deliveries`);
    },
  };
}
