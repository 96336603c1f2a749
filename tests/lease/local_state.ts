/**
 * The local states of processes. The session's code has no state that could be looked at; what it heard stands for it.
 *
 * Two processes that heard the same are in the same state, and the code is run only once. Not told apart are:
 *
 * - times longer ago than the longest limit, and all times when no clock was looked at: nothing compares more than that;
 * - as long as a process holds no pair, what it heard before it last read the record, but for what it sent and how long it
 *   has known the record's version: it goes by nothing else;
 * - what it saw on its clock before it sent something, or has a pair: it looks again before it sends something else;
 * - processes that have ended.
 *
 * `tryJoining` tries whether that is so.
 *
 * @module
 */
import { type Call, type Happening, type Identity, type Making, type Position, runProcess } from "./process.ts";
import { isPair, nameOf } from "./server.ts";

/** The state of one process. Times are in ms. */
export interface Local {
  readonly who: Identity;
  readonly position: Position;
  /** What it asked for since it heard last. */
  readonly asked: readonly Call[];
  /** A number for everything that it heard, but for the times. */
  readonly heard: number;
  /** When it looked at its clock, as far as that may still matter. */
  readonly looks: readonly number[];
  /** The version of the record that it read last, and since when it knows that. */
  readonly known?: { readonly version: string | null; readonly since: number };
  /** Versions of the record that it may compare with another. */
  readonly versions: readonly string[];
  readonly sent: readonly string[];
  /** Whether it was given a pair and has not ended that. */
  readonly hasPair: boolean;
  /** A history that led to it, and how much later than there everything is now. */
  readonly history: readonly Happening[];
  readonly shift: number;
}

export type LocalStates = ReturnType<typeof localStates>;

/** What the code did, and when. */
type Found = Pick<Local, "position" | "heard" | "history"> & { readonly at: number };

/**
 * Makes the local states of a setting.
 *
 * @param isExact Whether only equal histories are equal: to see whether a trace is one of the code as it is.
 */
export function localStates(making: Making, isExact = false) {
  const longest = isExact ? Infinity : Math.max(making.tokenDeadlineMs, making.leaseMs);
  const numberOf = numbering();
  const found = new Map<string, Found>();

  /** Where a process stands, as far as it can be seen from outside. */
  function describe({ calls, outcome, lookedAtClock }: Position): string {
    const asked = calls.map((call) => isPoll(call, making) ? "a pause" : JSON.stringify({ ...call, id: 0 }));
    return `${asked.join()} ${JSON.stringify(outcome)} ${lookedAtClock}`;
  }

  return {
    async start(who: Identity): Promise<Local> {
      const position = await runProcess(making, who, []);
      return {
        who,
        position,
        asked: position.calls,
        heard: numberOf(`${who.name} > ${describe(position)}`),
        looks: [],
        versions: [],
        sent: [],
        hasPair: false,
        history: [],
        shift: 0,
      };
    },
    after(local: Local, { call: id, result, at }: Happening): Promise<Local> | Local {
      const { who, position: { calls } } = local;
      const index = calls.findIndex((call) => call.id === id);
      const isRead = calls[index]?.kind === "read";
      const version = typeof result === "string" ? result : result && "version" in result ? result.version : null;
      const known = isRead && version !== local.known?.version ? { version, since: at } : local.known;
      const isBeginning = isRead && !local.hasPair;
      const said = result && typeof result === "object" && "data" in result
        ? numberOf(result.data)
        : JSON.stringify(result);
      const what = `${index} ${said} ${version}`;
      const key = `${local.heard} ${local.looks.map((time) => Math.min(longest, at - time))} ${what}`;

      function make({ position, heard, history, at: then }: Found): Local {
        const old = isBeginning ? [] : calls.filter((call) => call.id !== id);
        const asked = position.calls.filter((one) => !old.some((call) => call.id === one.id));
        const requests = asked.flatMap((one) => one.kind === "send" ? [one.request] : []);
        const hasPair = (local.hasPair || isPair(result)) && !requests.some(({ what }) => what === "logout");
        const versions = isBeginning ? [] : local.versions;
        let looks = position.lookedAtClock ? [...local.looks, at] : local.looks;
        if (!isExact && (hasPair || requests.length > 0)) looks = [];
        else if (!isExact && isBeginning) {
          looks = [position.calls.every((one) => isPoll(one, making)) ? known!.since : at];
        }
        return {
          who,
          position,
          asked,
          heard: position.outcome ? numberOf(`${who.name} has ended`) : heard,
          looks,
          ...(known ? { known } : {}),
          versions: version === null ? versions : [...versions, version],
          sent: [...local.sent, ...requests.map(nameOf)],
          hasPair,
          history,
          shift: at - then,
        };
      }

      const there = found.get(key);
      if (there) return make(there);
      const earlier = local.history.map((one) => ({ ...one, at: one.at + local.shift }));
      const history = [...earlier, { call: id, result, at, isBeginning }];
      return runProcess(making, who, history).then((position) => {
        const before = isBeginning && !isExact ? `${who.name} ${local.sent}` : local.heard;
        const one = { position, heard: numberOf(`${before} ${what} > ${describe(position)}`), history, at };
        found.set(key, one);
        return make(one);
      });
    },
  };
}

export function numbering(): (text: string) => number {
  const numbers = new Map<string, number>();
  return (text) => {
    if (!numbers.has(text)) numbers.set(text, numbers.size);
    return numbers.get(text)!;
  };
}

/** Whether the call is a pause between two looks at the record. */
export function isPoll(call: Call, { tokenDeadlineMs }: Making): boolean {
  return call.kind === "sleep" && call.ms < tokenDeadlineMs;
}
