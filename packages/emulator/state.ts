import { type Accounts, createAccounts } from "./accounts.ts";
import { type AccessTokens, createAccessTokens } from "./access_tokens.ts";
import { createKeys, type Keys } from "./keys.ts";
import type { Settings } from "./options.ts";
import { createRefreshTokens, type RefreshTokens } from "./refresh_tokens.ts";
import type { Session } from "./session.ts";

/** Everything that the emulator remembers, and the settings and the clock that it goes by. */
export interface State {
  readonly settings: Settings;
  readonly keys: Keys;
  readonly accounts: Accounts;
  readonly refreshTokens: RefreshTokens;
  readonly accessTokens: AccessTokens;
  /** Begins a session. */
  startSession(start: Omit<Session, "startedAt" | "generation" | "ended">): Session;
}

/** The state of a new emulator. */
export function createState(settings: Settings): State {
  const { now } = settings;
  const keys = createKeys(settings.auth0Algorithm);
  const rules = { overlap: 0, lifetime: settings.refreshTokenLifetime };
  const accessTokens = createAccessTokens(keys, {
    api: settings.accessTokenLifetime,
    auth0: settings.auth0AccessTokenLifetime,
  }, now);

  return {
    settings,
    keys,
    accessTokens,
    accounts: createAccounts(settings.users, 0),
    refreshTokens: createRefreshTokens({
      api: { ...rules, rotation: "on", sliding: true },
      auth0: { ...rules, rotation: "family", sliding: false },
    }),
    startSession: (start) => ({ ...start, startedAt: now(), generation: 0, ended: false }),
  };
}
