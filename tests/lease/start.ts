import { localStates } from "./local_state.ts";
import { createMoves, moversIn, type Moves } from "./moves.ts";
import { type Identity, type Making, SEED } from "./process.ts";
import type { Setting, State } from "./state.ts";
import type { Server } from "./server.ts";

const LIMITS = { tokenDeadlineMs: 10_000, leaseMs: 20_000, tick: 10_000 };

const HOUR = 3_600_000;

/** What may be set of a check; what is absent has a default. */
export interface Options extends Partial<Making> {
  readonly credentials: boolean;
  /** Whether there is a record, of a pair whose access token has expired. */
  readonly hasRecord?: boolean;
  /** How many processes there are, 3 at most. */
  readonly workers?: number;
  /** How often 10 s may pass although somebody has something to do. */
  readonly pauses: number;
}

/** Wall clocks an hour slow, right, and an hour fast; monotonic clocks with nothing in common. */
const MACHINES = [
  { name: "A", uptime: 5_000_000, skew: -HOUR },
  { name: "B", uptime: 0, skew: 0 },
  { name: "C", uptime: 700_000_000, skew: HOUR },
];

/** Who takes a worker's place: `A1`, and after its crash `A2`. */
export function whoIs(worker: number, crashes: number): Identity {
  const { name, ...clocks } = MACHINES[worker]!;
  return { name: `${name}${crashes + 1}`, ...clocks };
}

const NOTHING = { now: 0, store: null, server: {}, wire: [], sent: [], got: [], isLost: false };

/** A check: what is checked, and where it begins: with three processes that share a record and want a token at once. */
export interface Start {
  readonly setting: Setting;
  begin(moves: Moves): Promise<State>;
}

/** Prepares a check: the record is the one that a process wrote the day before. */
export async function prepare({ hasRecord = true, workers = 3, pauses, ...making }: Options): Promise<Start> {
  const { store, server } = hasRecord ? await yesterday(making.credentials) : NOTHING;
  const first = store?.view.token?.refresh;
  return {
    setting: { ...LIMITS, ...making, ...(first === undefined ? {} : { first }) },
    async begin(moves) {
      const started = MACHINES.slice(0, workers).map((_, worker) => moves.start(worker, 0, 0));
      return { ...NOTHING, pauses, store, server, workers: await Promise.all(started) };
    },
  };
}

/** What a process left that renewed 26 hours before: its pair has expired on every clock. */
async function yesterday(credentials: boolean): Promise<State> {
  const setting: Setting = { credentials, ...LIMITS, ...(credentials ? {} : { first: SEED.refreshToken }) };
  const moves = createMoves(setting, localStates(setting), () => ({ name: "Y", uptime: 0, skew: -26 * HOUR }));
  const server: Server = credentials ? {} : { seed: 1 };
  let state: State = { ...NOTHING, pauses: 0, server, workers: [{ ...await moves.start(0, 0, 0), crashes: 1 }] };
  while (moversIn(state, setting).length > 0) ({ state } = await moves.make(state, 0, () => false, () => {}));
  return state;
}

export function settings(pauses: { readonly three: number; readonly two: number }): Readonly<Record<string, Options>> {
  const [three, two] = [{ pauses: pauses.three }, { workers: 2, pauses: pauses.two }];
  return {
    "three processes with credentials": { credentials: true, ...three },
    "three processes with tokens alone": { credentials: false, ...three },
    "three processes that begin with no record": { credentials: true, hasRecord: false, ...three },
    "two processes with credentials that stop now and then": { credentials: true, ...two },
    "two processes with tokens alone that stop now and then": { credentials: false, ...two },
  };
}
