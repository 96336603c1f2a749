/** A user, in full. */
export interface Account {
  readonly login: string;
  /** For Basic and `GET /auth/login`. */
  readonly password: string;
  /** For Auth0: a fact of its own, which `/auth/changePassword` leaves as it is. */
  readonly auth0Password: string;
  /** Whether the user may come in through Auth0 only. */
  readonly ssoOnly: boolean;
  /** Whether Auth0 asks for a second factor. */
  readonly mfa: boolean;
  readonly blocked: boolean;
  /** Wrong passwords since the last right one, at both servers. */
  readonly failures: number;
}

/** What a check of a password found. `locked`: too many failures came before, whatever the password. */
export type Verdict = "ok" | "wrong" | "blocked" | "locked";

/** The users of the emulator. */
export interface Accounts {
  /**
   * A user.
   *
   * @throws {TypeError} When there is none of that login.
   */
  get(login: string): Account;
  /** Checks a password at one of the servers, counting failures. */
  check(login: string, password: string, at: "api" | "auth0"): Verdict;
  /** Changes a user, who must be there. */
  change(login: string, change: Partial<Omit<Account, "login">>): void;
}

/** Keeps users, and locks one after `lockoutAfter` wrong passwords; 0 never locks. */
export function createAccounts(users: readonly Account[], lockoutAfter: number): Accounts {
  const accounts = new Map(users.map((account) => [account.login, account]));

  function get(login: string): Account {
    const account = accounts.get(login);
    if (!account) throw new TypeError("Cannot find the user: there is none of that login");
    return account;
  }

  function change(login: string, changed: Partial<Omit<Account, "login">>): void {
    accounts.set(login, { ...get(login), ...changed });
  }

  return {
    get,
    change,
    check(login, password, at) {
      const account = accounts.get(login);
      if (!account || (at === "api" && account.ssoOnly)) return "wrong";
      const { failures, blocked } = account;
      if (lockoutAfter > 0 && failures >= lockoutAfter) return "locked";
      const right = password === (at === "api" ? account.password : account.auth0Password);
      change(login, { failures: right ? 0 : failures + 1 });
      return !right ? "wrong" : blocked ? "blocked" : "ok";
    },
  };
}
