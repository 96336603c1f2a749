/**
 * What can happen in a state, and what comes of it.
 *
 * A move is a process's next call of the store, or the passing of time. What concerns nobody else has no move of its own,
 * since it makes no difference what the others do just before or after it: that a process hears of an answer, and what it
 * sets about then; that the server answers a request, as long as no two processes send the same, which is a rule; that a
 * process dies. It happens with the move before it, or when time passes, or not at all. What was read is heard of at once:
 * heard later it is either still so, or the write that follows is too late.
 *
 * @module
 */
import { isPoll, type LocalStates } from "./local_state.ts";
import type { Call, Identity, Result } from "./process.ts";
import * as rules from "./rules.ts";
import { answer, isPair, nameOf, type Request } from "./server.ts";
import type { Message, RecordView, Setting, State, Worker } from "./state.ts";

/** Whose move it is: a worker's, by number, or that of time. */
export type Mover = number | "time";

/** Says whether something happens that may happen. */
export type Choose = () => boolean;

export type Moves = ReturnType<typeof createMoves>;

/** The workers that can make a move. */
export function moversIn({ workers }: State, setting: Setting): readonly number[] {
  return [...workers.keys()].filter((index) => {
    const { local: { position: { calls: [call] } }, pending } = workers[index]!;
    if (!call || pending[0]?.answered) return false;
    return call.kind === "read" || call.kind === "write" || isPoll(call, setting);
  });
}

/**
 * Makes the moves of a setting.
 *
 * @param whoIs Which process takes a worker's place after so many crashes.
 */
export function createMoves(
  setting: Setting,
  locals: LocalStates,
  whoIs: (worker: number, crashes: number) => Identity,
) {
  async function start(worker: number, crashes: number, now: number): Promise<Worker> {
    const local = await locals.start(whoIs(worker, crashes));
    return { local, pending: local.position.calls.map(({ id }) => ({ id, since: now })), crashes };
  }

  /** Makes a move; notes what happens. Returns the state that it leads to, and the rules that were broken on the way. */
  async function make(before: State, mover: Mover, choose: Choose, note: (text: string) => void) {
    let state = before;
    const broken: string[] = [];

    function change(part: Partial<State>): void {
      state = { ...state, ...part };
    }

    function changeWorker(index: number, part: Partial<Worker>): void {
      change({ workers: state.workers.with(index, { ...state.workers[index]!, ...part }) });
    }

    function obey(rule: string | undefined): void {
      if (rule === undefined) return;
      note(`! ${rule}`);
      broken.push(rule);
    }

    /** The worker makes its next call of the store. */
    async function callStore(index: number): Promise<void> {
      const [first] = state.workers[index]!.local.position.calls;
      if (isPoll(first!, setting)) await hear(index, first!.id, undefined);
      const { local: { who, position }, pending } = state.workers[index]!;
      const call = position.calls[0]!;
      const { store } = state;
      if (call.kind !== "write") {
        note(`${who.name} reads`);
        return await hear(index, call.id, store && { data: store.data, version: store.version });
      }
      note(`${who.name} writes ${summaryOf(JSON.parse(call.data))}`);
      if ((store?.version ?? null) !== call.over) {
        note("  too late: the record is another");
        return await hear(index, call.id, false);
      }
      const version = write(index, call.data);
      if (canCrash(index)) return await crash(index);
      if (state.pauses === 0 || !choose()) return await hear(index, call.id, version);
      note("  and hears of the answer when time has passed");
      changeWorker(index, {
        pending: pending.map((one) => one.id === call.id ? { ...one, answered: { result: version } } : one),
      });
    }

    function write(index: number, data: string): string {
      const { now, store, got, isLost } = state;
      const view: RecordView = JSON.parse(data);
      obey(rules.ruleOfWriting(state, view));
      obey(rules.ruleOfTaking(state, view, setting));
      const version = freshVersion(state);
      changeWorker(index, { sentAt: undefined });
      change({
        store: { data, version, at: now, view },
        got: got.filter(({ token }) => token !== view.token?.refresh), // the record has it from now on
        isLost: isLost || rules.isTaken(store?.view, view),
      });
      return version;
    }

    function canCrash(index: number): boolean {
      return state.workers[index]!.crashes === 0 && choose();
    }

    async function crash(index: number): Promise<void> {
      const { local, crashes } = state.workers[index]!;
      note(`${local.who.name} dies`);
      const next = await start(index, crashes + 1, state.now);
      const got = state.got.filter(({ worker }) => worker !== index);
      const messages = state.wire.filter(({ by }) => by === index);
      change({ workers: state.workers.with(index, next), got, isLost: true });
      abandon(messages);
    }

    /** Nobody waits for the answers any more; the server gets the requests, or does not. */
    function abandon(messages: readonly Message[]): void {
      for (const message of messages) {
        change({ wire: state.wire.filter((one) => one !== message), isLost: true });
        if (message.request.what === "login" || !choose()) continue; // nobody could tell of a login
        note(`the server gets ${nameOf(message.request)} nevertheless`);
        change({ server: answer(state.server, message.request)[0] });
      }
    }

    /** The worker hears of an answer and runs on until it needs another one. */
    async function hear(index: number, call: number, result: Result): Promise<void> {
      const earlier = state.workers[index]!;
      const local = await locals.after(earlier.local, { call, result, at: state.now });
      const { who, position: { calls, outcome }, asked } = local;
      const pending = calls.map((one) => {
        const known = asked.includes(one) ? undefined : earlier.pending.find(({ id }) => id === one.id);
        return known ?? { id: one.id, since: state.now };
      });
      changeWorker(index, { local, pending });
      if (isPair(result)) change({ got: [...state.got, { token: result.token, worker: index }] });
      const givenUp = state.wire.filter((one) => one.by === index && !pending.some(({ id }) => id === one.call));
      if (givenUp.length > 0) note(`${who.name} waits no longer for the answer`);
      abandon(givenUp);
      if (outcome) {
        note(`${who.name} has ${"token" in outcome ? outcome.token : outcome.error}`);
        obey(rules.ruleOfEnding(state, outcome, setting));
        if (!state.workers.some(rules.isBusy)) obey(rules.ruleAtTheEnd(state));
      }
      for (const one of asked) if (one.kind === "send") await send(index, one);
    }

    async function send(index: number, { id, request }: Call & { readonly request: Request }): Promise<void> {
      note(`${state.workers[index]!.local.who.name} sends ${nameOf(request)}`);
      obey(rules.ruleOfSending(state, request, setting));
      const message = { by: index, call: id, request };
      change({ wire: [...state.wire, message] });
      if (request.what === "logout") {
        change({ got: state.got.filter(({ token }) => token !== request.token) });
      } else {
        change({ sent: [...state.sent, nameOf(request)] });
        changeWorker(index, { sentAt: state.now });
      }
      if (canCrash(index)) return await crash(index);
      if (state.pauses === 0 || !choose()) return await deliver(message);
      note("  which is on its way until time has passed");
    }

    async function deliver(message: Message): Promise<void> {
      const { by, call, request } = message;
      const [server, result] = answer(state.server, request);
      note(`the server answers ${state.workers[by]!.local.who.name}: ${result.token ?? result.status}`);
      change({ server, wire: state.wire.filter((one) => one !== message) });
      await hear(by, call, result);
    }

    /** Time passes, and what has waited for that happens, or waits on. */
    async function passTime(): Promise<void> {
      const happens = before.pauses > 0 ? () => !choose() : () => true;
      note(`${setting.tick / 1000} s pass`);
      change({ now: before.now + setting.tick, pauses: Math.max(0, before.pauses - 1) });
      for (const message of before.wire) if (happens()) await deliver(message);
      for (let index = 0; index < before.workers.length; index++) {
        for (const { id, since, answered } of state.workers[index]!.pending) {
          const call = state.workers[index]!.local.position.calls.find((one) => one.id === id);
          if (!call) continue; // given up meanwhile
          const isOver = call.kind === "sleep" && !isPoll(call, setting) && state.now - since >= call.ms;
          if ((answered || isOver) && happens()) await hear(index, id, answered?.result);
        }
      }
    }

    await (mover === "time" ? passTime() : callStore(mover));
    // One login more or less makes no difference then.
    if (state.isLost) change({ sent: state.sent.filter((name) => name !== "a login") });
    return { state, broken };
  }
  return { start, make };
}

function summaryOf({ token, inFlight, lease }: RecordView): string {
  const parts = [token?.refresh ?? "no pair", inFlight ? "in flight" : "", lease ? `lease of ${lease.holder}` : ""];
  return parts.filter((part) => part !== "").join(", ");
}

/** The record's next version: one that nobody remembers, so that the number of writes before makes no other state. */
function freshVersion({ store, workers }: State): string {
  const remembered = new Set<unknown>([store?.version]);
  for (const { local, pending } of workers) {
    if (local.position.outcome) continue;
    for (const version of local.versions) remembered.add(version);
    for (const { answered } of pending) remembered.add(answered?.result);
  }
  let version = 1;
  while (remembered.has(`${version}`)) version++;
  return `${version}`;
}
