// The calls under way: how many a client may have, and when one is ended.
import { setTimeout as pause } from "node:timers/promises";
import { tryLater } from "./oauth_error.ts";

/** Why the gateway ended a call: the API was silent, it took too long, the reader slept, or the client was removed. */
export type CallEnd = "upstream_silent" | "too_long" | "client_idle" | "removed";

/** A call under way. */
export interface Call {
  readonly client: string;
  readonly token: string;
  /** Ends what goes upstream. */
  readonly controller: AbortController;
  /** When it takes too long, in ms since 1970. */
  readonly endBy: number;
  end?: CallEnd;
  /** Whether its answer's body can be ended, and so has to pass through this process. */
  readonly isRelayed: boolean;
  /** Whether the head of the API's answer is there. */
  hasHead: boolean;
  /** When it has to have got the head of the API's answer, or, once it has it and is watched, its next bytes. */
  nextBy: number;
}

/** The calls under way. */
export interface Calls {
  /**
   * Begins a call, which ends when its token is good no more for another reason than its age, or the head of the API's
   * answer takes too long. Throws 429 when the client has, and keeps for a moment, as many as it may have.
   */
  begin(client: string, token: string, headMs: number): Promise<Call>;
  finish(call: Call): void;
}

/** So many calls of a client may be under way, and how long one may take, in ms. */
const [MAX_CALLS, LONGEST] = [32, 3_600_000];

/** So many turns of 1 ms a call waits for a place: an answer's end may be told after the client's next request has come. */
const TURNS = 50;

/** How often they are looked at, and how often their tokens are, in ms. */
const [TICK, LOOK] = [1_000, 20_000];

/** Makes the calls. `isGood` says whether a token is, but for its age. Where nobody can be removed, bodies end by themselves. */
export function makeCalls(isGood: (token: string) => Promise<boolean>, now: () => number, isRelayed = true): Calls {
  const calls = new Set<Call>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let lookedAt = 0;

  function endNow(call: Call, why: CallEnd): void {
    call.end ??= why;
    call.controller.abort();
  }

  async function look(): Promise<void> {
    const time = now();
    for (const call of calls) {
      if (time >= call.endBy) endNow(call, "too_long");
      else if (time >= call.nextBy) endNow(call, call.hasHead ? "client_idle" : "upstream_silent");
    }
    if (Math.abs(time - lookedAt) < LOOK) return;
    lookedAt = time;
    for (const call of calls) if (!await isGood(call.token)) endNow(call, "removed");
  }

  return {
    async begin(client, token, headMs) {
      const own = () => calls.values().filter((call) => call.client === client).toArray();
      for (let turn = 0; own().length >= MAX_CALLS; turn++) {
        if (turn === TURNS) throw tryLater(429, `Cannot begin a call: ${MAX_CALLS} are under way`, TICK);
        await pause(1);
      }
      const [endBy, nextBy] = [now() + LONGEST, now() + headMs];
      const call: Call = { client, token, controller: new AbortController(), endBy, isRelayed, hasHead: false, nextBy };
      calls.add(call);
      timer ??= setInterval(() => void look(), TICK);
      return call;
    },
    finish(call) {
      if (!calls.delete(call) || calls.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}
