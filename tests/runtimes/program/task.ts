/** Two servers and what steers them, each by its origin. */
export interface Upstream {
  readonly api: string;
  readonly auth0: string;
  readonly control: string;
}

/** What the program should do: live through sessions and leave records behind, or use the records of others. */
export type Task = LiveTask | ReadTask;

/** Live through sessions from login to logout, and leave records behind. */
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
  /** How far the servers' clock is ahead of the machine's, in ms. */
  readonly ahead: number;
  readonly sets: readonly { readonly upstream: Upstream; readonly records: Records }[];
}

/** Use the session in a place, which is a file or a database of Deno KV. */
export interface SharedTask {
  readonly place: "file" | "kv";
  readonly path: string;
  readonly upstream: Upstream;
}

/** Something that was done, what the program saw, and what the servers received meanwhile. */
export interface Step {
  readonly step: string;
  readonly saw: unknown;
  readonly received: readonly string[];
}

/** Records by their kind, each byte as a character. */
export type Records = Readonly<Record<string, string>>;

/** The answer to a {@link LiveTask}. */
export interface Life {
  /** What the runtime calls itself. */
  readonly agent: string;
  /** What each entry point exports. */
  readonly entries: Readonly<Record<string, readonly string[]>>;
  readonly steps: readonly Step[];
  readonly records: readonly Records[];
  /** How far it moved the clock, in ms. */
  readonly ahead: number;
}

/** The answer to a {@link ReadTask}: the steps with each set. */
export type Reading = readonly (readonly Step[])[];
