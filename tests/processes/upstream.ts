import { type EmulatorOptions, serveEmulator } from "@xsignals/emulator/serve";

/** A user and the right password. */
export const USER = { username: "analyst", password: "a password" };

/** How long a refresh takes, in ms. */
const LATENCY = 300;

/** The API on loopback. */
export type Upstream = Awaited<ReturnType<typeof startUpstream>>;

/** Serves the API with slow refreshes and rotating refresh tokens, of which a spent one ends its session. */
export async function startUpstream(options: EmulatorOptions = {}) {
  let ahead = 0;
  const { emulator, api, stop } = await serveEmulator({
    users: { [USER.username]: USER.password },
    assumptions: { rotation: "family" },
    now: () => Date.now() + ahead,
    ...options,
  });
  emulator.faults.add({ operation: "authRefresh", delay: LATENCY, times: Infinity });
  return {
    api,
    emulator,
    /** Moves its clock by so many ms. */
    advance: (ms: number) => void (ahead += ms),
    /** How many refreshes were granted, and how many refused: of a token that was spent, or of a session that ended. */
    refreshes: () => ({
      good: emulator.count({ operation: "authRefresh", status: 200 }),
      refused: emulator.count({ operation: "authRefresh", status: 401 }),
    }),
    /** How many logins it granted. */
    logins: () => emulator.count({ operation: "authLogin", status: 200 }),
    [Symbol.asyncDispose]: stop,
  };
}
