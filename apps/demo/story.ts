import { authLogin, authRefresh, connect, listFileGroups } from "@xsignals/client";
import { auth0, basic, bearer, clientCredentials, createSession, login, type Strategy } from "@xsignals/session";
import { call, calls } from "./calls.ts";
import type { Step } from "./narrator.ts";
import type { Upstream } from "./upstream.ts";

const HOUR = 3_600_000;

const LOGIN = "GET /auth/login Basic ••• -> 200";
const REFRESH = "POST /auth/refresh -> 200";
const CALL = "GET /file/group Bearer ••• -> 200";
const GRANT = "POST /oauth/token -> 200";

/** Who takes part. */
export interface Cast {
  /** The servers. */
  readonly upstream: Upstream;
  /** Where the token app listens; it holds an account of its own. */
  readonly tokenApp: string;
  /** A user of both servers. */
  readonly user: { readonly username: string; readonly password: string };
  /** A client of Auth0. */
  readonly client: { readonly clientId: string; readonly clientSecret: string };
  /** A client of the token app. */
  readonly appClient: { readonly clientId: string; readonly clientSecret: string };
}

/** The steps, in order; each builds on those before it. */
export function story({ upstream, tokenApp, user, client, appClient }: Cast): Step[] {
  const open = (strategy: Strategy) =>
    createSession({ strategy, baseUrl: upstream.api, clock: { now: upstream.now, sleep } });
  const session = open(login(user));
  const sso = open(auth0({ ...user, ...client, domain: upstream.auth0, scope: "offline_access" }));
  const fed = open(clientCredentials({ ...appClient, tokenUrl: `${tokenApp}/token` }));
  const api = connect({ baseUrl: upstream.api });
  let spent = "";
  let held = { accessToken: "", refreshToken: "" };
  let ended = session;

  return [
    {
      title: "login",
      sent: [LOGIN],
      got: "a Bearer token",
      run: async () => `a ${(await session.token()).scheme} token`,
    },
    { title: "an authenticated call", sent: [CALL], got: "200", run: () => call(session) },
    {
      title: "the same by the generated client",
      sent: [CALL],
      got: "3 groups",
      run: async () => `${(await listFileGroups({ client: connect(session) })).data?.totalSize} groups`,
    },
    {
      title: "an hour later, the token has expired",
      sent: [REFRESH, CALL],
      got: "200",
      run: () => later(() => call(session)),
    },
    {
      title: "another hour later, 50 calls at once",
      sent: [REFRESH, `50 x ${CALL}`],
      got: "50 x 200",
      run: () => later(() => calls(session, 50)),
    },
    {
      title: "Basic on every request",
      sent: ["2 x GET /file/group Basic ••• -> 200"],
      got: "2 x 200",
      run: () => calls(open(basic(user)), 2),
    },
    {
      title: "a static bearer",
      sent: [CALL],
      got: "200",
      run: async () => await call(open(bearer((await session.token()).value))),
    },
    {
      title: "single sign-on by Auth0",
      sent: [GRANT, CALL],
      got: "200",
      run: () => call(sso),
    },
    {
      title: "a day later, renewed at Auth0",
      sent: [GRANT, CALL],
      got: "200",
      run: () => later(() => call(sso), 24 * HOUR),
    },
    {
      title: "single sign-on ends",
      sent: ["POST /oauth/revoke -> 200"],
      got: "login_required",
      run: async () => {
        await sso.logout();
        return await call(sso);
      },
    },
    {
      title: "a password change, which the session survives",
      sent: [REFRESH, "POST /auth/changePassword Bearer ••• -> 200", LOGIN, CALL],
      got: "200",
      run: async () => {
        await session.changePassword("a new password");
        return await call(session);
      },
    },
    {
      title: "the old password is refused, once",
      sent: ["GET /auth/login Basic ••• -> 401"],
      got: "credentials_rejected, credentials_rejected",
      run: async () => {
        const old = open(login(user));
        return `${await call(old)}, ${await call(old)}`;
      },
    },
    {
      title: "a second session, fed by the token app, which logs in",
      sent: [LOGIN, CALL],
      got: "200",
      run: () => call(fed),
    },
    {
      title: "login and refresh by the generated client",
      sent: [LOGIN, REFRESH],
      got: "another refresh token",
      run: async () => {
        const headers = { Authorization: `Basic ${btoa(`${user.username}:a new password`)}` };
        const first = await authLogin({ client: api, headers, throwOnError: true });
        spent = first.data.refreshToken;
        const second = await authRefresh({ client: api, body: { refreshToken: spent }, throwOnError: true });
        held = { accessToken: second.data.token, refreshToken: second.data.refreshToken ?? spent };
        return held.refreshToken === spent ? "the same refresh token" : "another refresh token";
      },
    },
    {
      title: "a spent refresh token is refused",
      sent: ["POST /auth/refresh -> 401"],
      got: "401",
      run: async () => String((await authRefresh({ client: api, body: { refreshToken: spent } })).response?.status),
    },
    {
      title: "a session of the tokens that were got so, and its logout",
      sent: [CALL, "POST /auth/logout Bearer ••• -> 200"],
      got: "200, logged_out",
      run: async () => {
        ended = open(login({ tokens: held }));
        const before = await call(ended);
        await ended.logout();
        return `${before}, ${ended.status().state}`;
      },
    },
    {
      title: "after logout the server refuses its refresh token",
      sent: ["POST /auth/refresh -> 401"],
      got: "401",
      run: async () => String((await authRefresh({ client: api, body: held })).response?.status),
    },
    {
      title: "after logout the session refuses every call",
      sent: [],
      got: "login_required",
      run: () => call(ended),
    },
  ];

  async function later(run: () => Promise<string>, ms = HOUR): Promise<string> {
    upstream.advance(ms);
    return await run();
  }
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
