/** How much is measured. */
export interface Settings {
  /** How often every scenario and every server is gone through. */
  readonly rounds: number;
  /** How often the time of a call is taken, and for how long each time, in ms: with a stub and over loopback. */
  readonly timeRounds: number;
  readonly stubMs: number;
  readonly loopbackMs: number;
  /** How often every subject is started. */
  readonly starts: number;
  /** How long a server is under load to warm up, and then to be measured, in s. */
  readonly warmSeconds: number;
  readonly loadSeconds: number;
}

/** What the tables of the project are made with: some ten minutes on two cores. */
export const FULL: Settings = {
  rounds: 3,
  timeRounds: 21,
  stubMs: 25,
  loopbackMs: 60,
  starts: 15,
  warmSeconds: 2,
  loadSeconds: 5,
};

/** A short look, too short for anything but counts. */
export const QUICK: Settings = {
  rounds: 1,
  timeRounds: 5,
  stubMs: 15,
  loopbackMs: 30,
  starts: 3,
  warmSeconds: 1,
  loadSeconds: 1,
};
