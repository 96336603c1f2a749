import type { Emulator } from "@xsignals/emulator/serve";
import {
  apiKey,
  auth0,
  type Auth0Options,
  basic,
  createSession,
  login,
  type Session,
  type Strategy,
} from "@xsignals/session";
import { setTimeout } from "node:timers/promises";
import { ACCOUNT, API_KEY, CLIENT } from "./account.ts";

/** Where the flows are to go, and what they need of the servers. */
export interface Way {
  readonly api: string;
  readonly auth0: string;
  readonly emulator: Emulator;
  /** The time of session and servers, in ms since 1970. */
  readonly now: () => number;
  /** Moves it on until every token has expired. */
  readonly expire: () => void;
}

/** What somebody does with a session, and the requests that it makes. */
export interface Flow {
  readonly what: string;
  readonly api: readonly string[];
  readonly auth0: readonly string[];
  readonly run: () => Promise<void>;
}

const NEW_PASSWORD = "the second password";
const FILE = "/file/8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d11";
const [GROUPS, LOGIN, REFRESH] = ["GET /file/group", "GET /auth/login", "POST /auth/refresh"];
const [LOGOUT, CHANGE] = ["POST /auth/logout", "POST /auth/changePassword"];
const [TOKEN, REVOKE] = ["POST /oauth/token", "POST /oauth/revoke"];

/** The valid flows, to be run in turn: one begins with the session and the password that the one before left. */
export function flows({ api, auth0: domain, emulator, now, expire }: Way): Flow[] {
  function open(strategy: Strategy): Session {
    const sleep = (ms: number, signal?: AbortSignal) => setTimeout(ms, undefined, { signal });
    return createSession({ strategy, baseUrl: api, clock: { now, sleep } });
  }
  function openAuth0(options: Partial<Auth0Options>): Session {
    return open(auth0({ ...ACCOUNT, ...CLIENT, domain, ...options }));
  }
  function flow(what: string, at: Partial<Pick<Flow, "api" | "auth0">>, run: () => Promise<void>): Flow {
    return { what, api: [], auth0: [], ...at, run };
  }

  const session = open(login(ACCOUNT));
  const withPassword = open(basic({ ...ACCOUNT, password: NEW_PASSWORD }));
  const single = openAuth0({ scope: "offline_access" });
  return [
    flow("a login and a call", { api: [LOGIN, GROUPS] }, () => call(session)),
    flow("a call with that token", { api: [GROUPS] }, () => call(session)),
    flow("a call with an expired token", { api: [REFRESH, GROUPS] }, () => {
      expire();
      return call(session);
    }),
    flow("a call with a token that was taken back", { api: [GROUPS, REFRESH, GROUPS] }, () => {
      emulator.revokeAccessTokens();
      return call(session);
    }),
    flow(
      "a search",
      { api: ["GET /file/search"] },
      () => call(session, "/file/search?query=groupName%3DMarket%20Notes&size=1&sortBy=arrivalTime&sortOrder=desc"),
    ),
    flow("a look at a file", { api: [`GET ${FILE}`] }, () => call(session, FILE)),
    flow("a download", { api: [`GET ${FILE}/download`] }, () => call(session, `${FILE}/download`)),
    flow("a password change, proven by a login", { api: [CHANGE, LOGIN] }, () => session.changePassword(NEW_PASSWORD)),
    flow("a logout", { api: [LOGOUT] }, () => session.logout()),

    flow("a call with a password", { api: [GROUPS] }, () => call(withPassword)),
    flow("a password change with a password", { api: [CHANGE] }, () => withPassword.changePassword(ACCOUNT.password)),
    flow("a call with the new password", { api: [GROUPS] }, () => call(withPassword)),
    flow("a call with a key", { api: [GROUPS] }, () => call(open(apiKey(API_KEY)))),

    flow("single sign-on and a call", { api: [GROUPS], auth0: [TOKEN] }, () => call(single)),
    flow("a call with an expired token of Auth0's", { api: [GROUPS], auth0: [TOKEN] }, () => {
      expire();
      return call(single);
    }),
    flow("a logout at Auth0", { auth0: [REVOKE] }, () => single.logout()),
    flow(
      "single sign-on by a client with Basic",
      { api: [GROUPS], auth0: [TOKEN] },
      () => call(openAuth0({ clientAuth: "basic", forwardedFor: "203.0.113.7" })),
    ),
  ];
}

async function call(session: Session, path = "/file/group?size=1"): Promise<void> {
  const { status, body } = await session.fetch(path);
  await body?.cancel();
  if (status !== 200) throw new Error(`${path} was answered with ${status}`);
}
