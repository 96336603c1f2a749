/** What a process of one subject is to be. */
export interface WorkerTask {
  /** The subject's file in `npm/subjects/`, without the extension. */
  readonly file: string;
  readonly origin: string;
  /** What the processes share. */
  readonly sharedFile?: string;
}

/** What it is told to do. */
export type Order =
  /** Moves its clock by so many ms. */
  | { readonly do: "advance"; readonly ms: number }
  /** Lets so many callers call the API, each so many times in turn. */
  | { readonly do: "call"; readonly callers: number; readonly turns: number };

/** What it says when it is ready, or did as it was told. */
export interface Report {
  /** Calls that were not answered with 200. */
  readonly failed: number;
  /** How long all of them took, in ms. */
  readonly ms: number;
  /** How the first of them failed. */
  readonly firstFailure?: string;
}
