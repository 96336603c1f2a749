/** What the program is to do, and where. */
export type Task = LiveTask | ReadTask;

/** Two servers and what steers them. */
export interface Upstream {
  /** The API's origin. */
  readonly api: string;
  /** Auth0's origin. */
  readonly auth0: string;
  /** The origin of what moves the servers' clock, tells what they received, and echoes bodies. */
  readonly control: string;
}

/** Live through a session from login to logout, and leave records behind. */
export interface LiveTask {
  readonly do: "live";
  readonly upstream: Upstream;
  /** An origin where nobody listens. */
  readonly nowhere: string;
  /** How many sets of records to leave behind. */
  readonly copies: number;
}

/** Use the records that others left behind. */
export interface ReadTask {
  readonly do: "read";
  /** How far the clock is ahead of the machine's, in ms: as far as the servers'. */
  readonly ahead: number;
  readonly sets: readonly { readonly upstream: Upstream; readonly records: Records }[];
}

/** Use the session that is in a place, be it a file or a database of Deno KV. */
export interface SharedTask {
  readonly place: "file" | "kv";
  readonly path: string;
  readonly upstream: Upstream;
}

/** One thing that was done. */
export interface Step {
  readonly step: string;
  /** What the program saw. */
  readonly saw: unknown;
  /** What the servers received meanwhile. */
  readonly received: readonly string[];
}

/** Records by what they are of, in base64. */
export type Records = Readonly<Record<string, string>>;

/** What the program answers to a {@link LiveTask}. */
export interface Life {
  /** What the runtime calls itself, where it does. */
  readonly agent: string | null;
  /** What each entry point exports. */
  readonly entries: Readonly<Record<string, readonly string[]>>;
  readonly steps: readonly Step[];
  readonly records: readonly Records[];
  /** How far it moved the clock, in ms. */
  readonly ahead: number;
}

/** What the program answers to a {@link ReadTask}: the steps with each set. */
export type Reading = readonly (readonly Step[])[];
