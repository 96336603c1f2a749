import { type EmulatorOptions, type ServedEmulator, serveEmulator } from "@xsignals/emulator/serve";

/** A user whose password is right. */
export const USER = { username: "analyst", password: "a password" };

/** The API on loopback. */
export interface Upstream extends AsyncDisposable, ServedEmulator {
  /** How far its clock is ahead of this machine's, in ms. */
  readonly ahead: () => number;
  /** Moves its clock by so many ms. */
  advance(ms: number): void;
  /** How often refresh was asked for, and how often in vain: a token that was spent, or of a session that was ended. */
  refreshes(): { readonly good: number; readonly refused: number };
  /** How many logins it granted. */
  logins(): number;
}

/** How long a refresh takes, in ms. */
const LATENCY = 300;

/** Serves the API with rotating refresh tokens, of which a spent one ends its session, and refreshes that take their time. */
export async function startUpstream(options: EmulatorOptions = {}): Promise<Upstream> {
  let ahead = 0;
  const served = await serveEmulator({
    users: { [USER.username]: USER.password },
    assumptions: { rotation: "family" },
    now: () => Date.now() + ahead,
    ...options,
  });
  const { emulator } = served;
  emulator.faults.add({ operation: "authRefresh", delay: LATENCY, times: Infinity });
  const of = (operation: "authLogin" | "authRefresh", status: number) => emulator.count({ operation, status });
  return {
    ...served,
    ahead: () => ahead,
    advance: (ms) => void (ahead += ms),
    refreshes: () => ({ good: of("authRefresh", 200), refused: of("authRefresh", 401) }),
    logins: () => of("authLogin", 200),
    [Symbol.asyncDispose]: () => served.stop(),
  };
}
