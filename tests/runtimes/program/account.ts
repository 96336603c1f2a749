import { auth0, login, type Strategy } from "@xsignals/session";
import type { Upstream } from "./task.ts";

/** The one user of the servers, whose name and password need more than ASCII. */
export const USER = { username: "jürgen", password: "pässwörd" } as const;

/** The same with a password that is not theirs. */
export const WRONG = { ...USER, password: "wrong" } as const;

/** Auth0's client. */
export const CLIENT = { clientId: "client", clientSecret: "secret" } as const;

/** The key that encrypts records: 32 bytes, the same for all. */
export const ENCRYPTION = {
  keys: [Uint8Array.from({ length: 32 }, (_, index) => (index * 89 + 41) % 256)],
  entry: "session",
} as const;

/** The ways to authenticate that renew a token. */
export function strategies({ auth0: domain }: Upstream): Record<"login" | "auth0", Strategy> {
  return {
    login: login(USER),
    auth0: auth0({ ...USER, ...CLIENT, domain, scope: "offline_access" }),
  };
}
