import { auth0, login, type Session, type Strategy } from "@xsignals/session";
import type { Upstream } from "./control.ts";

/** The one user of the servers. The name and the password need more than ASCII. */
export const USER = { username: "jürgen", password: "pässwörd" } as const;

/** The same user with a wrong password. */
export const WRONG = { ...USER, password: "wrong" } as const;

/** Auth0's client. */
export const CLIENT = { clientId: "client", clientSecret: "secret" } as const;

/** The ways to authenticate that renew a token. */
export function strategies({ auth0: domain }: Upstream): Record<"login" | "auth0", Strategy> {
  return {
    login: login(USER),
    auth0: auth0({ ...USER, ...CLIENT, domain, scope: "offline_access" }),
  };
}

/** What {@link call} resolves with if all is well, and what the server has received then. */
export const GROUPS = "200, 3 groups";
export const LISTED = "listFileGroups 200";

/** Calls the API, and resolves with the status and how many groups there are. */
export async function call(session: Session, signal?: AbortSignal): Promise<string> {
  const response = await session.fetch("/file/group?size=5", signal ? { signal } : {});
  return `${response.status}, ${(await itemsOf(response)).length} groups`;
}

/** The list that the API answered with. */
export async function itemsOf(response: Response): Promise<{ readonly fid?: string }[]> {
  const { items } = Object(await response.json());
  return items;
}
