/** Sessions of one subject, and what can be done to them. */
export interface Stage {
  /** Lets every token expire, for the sessions and for the upstream. */
  expire(): Promise<void>;
  /** Makes the access tokens worthless before they expire. */
  revoke(): void;
  /** Whether the API answers 401 to everything. */
  refuseAll(isOn: boolean): void;
  /** Lets so many callers in each process call the API, each so many times in turn. */
  call(callers: number, turns: number): Promise<void>;
}

/** What is done to a subject's sessions. */
export interface Scenario {
  readonly title: string;
  /** How many processes there are, each with a session. */
  readonly processes: number;
  play(stage: Stage): Promise<void>;
}

/** The name of a scenario. */
export type ScenarioName = "expiries" | "revoked" | "refused" | "processes";

/** Everything that is done to every subject. */
export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  expiries: {
    title: "Two expiries: 1,000 callers at a time with an expired token, and 1,000 again after the next one expired",
    processes: 1,
    async play({ expire, call }) {
      await call(1, 1);
      for (let expiry = 0; expiry < 2; expiry++) {
        await expire();
        await call(1_000, 1);
      }
    },
  },
  revoked: {
    title: "Revoked: 200 callers at a time, all of them refused with a token that has not expired",
    processes: 1,
    async play({ revoke, call }) {
      await call(1, 1);
      revoke();
      await call(200, 1);
    },
  },
  refused: {
    title: "An API that refuses everything, fresh tokens too: 20 callers at a time, each 5 times in turn",
    processes: 1,
    async play({ refuseAll, call }) {
      await call(1, 1);
      refuseAll(true);
      await call(20, 5);
      refuseAll(false);
    },
  },
  processes: {
    title:
      "Eight processes of one account over three expiries: 5 callers in each, 10 times in turn, before and after each",
    processes: 8,
    async play({ expire, call }) {
      await call(5, 10);
      for (let expiry = 0; expiry < 3; expiry++) {
        await expire();
        await call(5, 10);
      }
    },
  },
};
