import type { Account } from "./accounts.ts";
import type { Auth0Algorithm } from "./keys.ts";

/** A user: a password for both servers, or the parts. */
export interface EmulatorUser {
  /** The password for Basic and `GET /auth/login`. */
  readonly password: string;
  /** The password at Auth0; the same when absent. */
  readonly auth0Password?: string;
  /** The user may come in through Auth0 only. */
  readonly ssoOnly?: boolean;
  /** Auth0 asks for a second factor. */
  readonly mfa?: boolean;
}

/** Options of `createEmulator`. */
export interface EmulatorOptions {
  /** Users by login, with a password or more; `{ login: "password" }` when absent. */
  readonly users?: Readonly<Record<string, string | EmulatorUser>>;
  /** The clock: milliseconds since 1970; `Date.now` when absent. */
  readonly now?: () => number;
}

/** The options, checked, with every default in place. */
export interface Settings {
  readonly users: readonly Account[];
  readonly now: () => number;
  readonly origins: {
    readonly api: readonly string[];
    readonly auth0: readonly string[];
    readonly files: readonly string[];
  };
  readonly accessTokenLifetime: number;
  readonly auth0AccessTokenLifetime: number;
  readonly refreshTokenLifetime: number;
  readonly auth0Algorithm: Auth0Algorithm;
}

/** Checks options and fills in the defaults. */
export function readOptions(options: EmulatorOptions): Settings {
  const users = Object.entries(options.users ?? { login: "password" });
  return {
    users: users.map(([login, user]) => {
      const { password, auth0Password = password, ssoOnly = false, mfa = false } = typeof user === "string"
        ? { password: user }
        : user;
      return { login, password, auth0Password, ssoOnly, mfa, blocked: false, failures: 0 };
    }),
    now: options.now ?? Date.now,
    origins: {
      api: ["https://api.xsignals.xpansiv.com", "https://api.data.xpansiv.com"],
      auth0: ["https://auth.xpansiv.com"],
      files: ["https://datalake-xpansivprod-ng.s3.amazonaws.com"],
    },
    accessTokenLifetime: 3_600_000,
    auth0AccessTokenLifetime: 86_400_000,
    refreshTokenLifetime: 2_592_000_000,
    auth0Algorithm: "RS256",
  };
}
