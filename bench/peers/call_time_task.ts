/** How the time of a call is to be taken. */
export interface CallTimeTask {
  /** Subjects by their files; the first is what the others are compared with. */
  readonly files: readonly string[];
  /** The upstream; absent: a stub. */
  readonly origin?: string;
  /** How many calls are under way at a time. */
  readonly parallel: number;
  readonly rounds: number;
  /** How long one subject's turn takes, in ms. */
  readonly turnMs: number;
}

/** The time of a call, in ns, in each round: the subject's own, and that of the first subject right beside it. */
export interface CallTimes {
  readonly own: readonly number[];
  readonly bare: readonly number[];
}
