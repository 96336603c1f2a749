import type { Emulator } from "@xsignals/emulator";
import { createSession, login, type Session } from "@xsignals/session";
import ky, { type KyInstance } from "ky";
import { openEchoApi } from "./echo_api.ts";

/** ky over a session, and what its API has seen. */
export interface OpenKy {
  readonly api: KyInstance;
  readonly session: Session;
  readonly emulator: Emulator;
  /** Another ky, over another session, which may be ended. */
  another(): Pick<OpenKy, "api" | "session">;
  /** Runs the work while the session's token has been taken back, and returns how many renewals that cost. */
  renewals(work: () => Promise<unknown>): Promise<number>;
  stop(): Promise<void>;
}

/** Opens it. */
export function openKy(): OpenKy {
  const { emulator, origin, stop } = openEchoApi();

  function another(): Pick<OpenKy, "api" | "session"> {
    const strategy = login({ username: "login", password: "password" });
    const session = createSession({ baseUrl: origin, strategy });
    // Retries wait for no more than a millisecond.
    const retry = { limit: 2, delay: () => 1, maxRetryAfter: 1 };
    return { session, api: ky.create({ baseUrl: `${session.baseUrl}/`, fetch: session.fetch, retry }) };
  }

  const made = another();
  return {
    ...made,
    emulator,
    another,
    async renewals(work) {
      await made.session.token();
      emulator.revokeAccessTokens("login");
      const before = emulator.count("authRefresh");
      await work();
      return emulator.count("authRefresh") - before;
    },
    stop,
  };
}
