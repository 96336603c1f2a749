import type { CallTimes } from "./call_time_task.ts";
import type { Load } from "./load_servers.ts";
import type { Machine } from "./machine.ts";
import type { Outcome } from "./play_scenario.ts";
import type { ScenarioName } from "./scenarios.ts";
import type { TokenServer } from "./token_servers.ts";
import type { Weight } from "./weigh.ts";

/** Everything that one run measured, as it is kept in `report/peers.json`. */
export interface Results {
  /** The day, as `2026-01-31`. */
  readonly date: string;
  readonly machine: Machine;
  /** Whether it was a short look. */
  readonly isQuick: boolean;
  /** How long it took, in s. */
  readonly seconds: number;
  readonly subjects: readonly SubjectResults[];
  readonly servers: readonly ServerResults[];
}

/** What was measured of one subject; each list has a value for each round. */
export interface SubjectResults {
  readonly file: string;
  readonly name: string;
  readonly variantOf?: string;
  /** The time of a call: with a stub, over loopback one at a time, and 32 at a time. */
  readonly callTimes: Readonly<Record<CallKind, CallTimes>>;
  readonly outcomes: Readonly<Record<ScenarioName, readonly Outcome[]>>;
  readonly weight: Weight;
  /** How long a program takes that loads it, in ms. */
  readonly starts: readonly number[];
}

/** Where the time of a call was taken. */
export type CallKind = "stub" | "single" | "parallel";

/** What was measured of one token endpoint. */
export interface ServerResults extends Pick<TokenServer, "name" | "runtime" | "token"> {
  readonly loads: readonly Load[];
}
