import { authLogin, authRefresh, connect } from "@xsignals/client";
import { auth0, basic, bearer, clientCredentials, createSession, login, type Strategy } from "@xsignals/session";
import { call, calls } from "./calls.ts";
import type { Step } from "./narrator.ts";
import { HOUR, type Upstream } from "./upstream.ts";

const LOGIN = "GET /auth/login Basic ••• -> 200";
const REFRESH = "POST /auth/refresh -> 200";
const CALL = "GET /file/group Bearer ••• -> 200";
const GRANT = "POST /oauth/token -> 200";

/** Who takes part. */
export interface Cast {
  /** The servers. */
  readonly upstream: Upstream;
  /** Where the token app listens; it has an account of its own. */
  readonly tokenApp: string;
  /** A user of both servers. */
  readonly user: { readonly username: string; readonly password: string };
  /** A client of Auth0. */
  readonly client: { readonly clientId: string; readonly clientSecret: string };
  /** A client of the token app. */
  readonly appClient: { readonly clientId: string; readonly clientSecret: string };
}

/** Every entry of the vendor's authentication page, and the token app; each step builds on those before it. */
export function authStory({ upstream, tokenApp, user, client, appClient }: Cast): Step[] {
  const open = (strategy: Strategy) => createSession({ strategy, baseUrl: upstream.api, clock: upstream.clock });
  const session = open(login(user));
  const sso = open(auth0({ ...user, ...client, domain: upstream.auth0, scope: "offline_access" }));
  const fed = open(clientCredentials({ ...appClient, tokenUrl: `${tokenApp}/token` }));
  const api = connect({ baseUrl: upstream.api });
  let spent = "";
  let held = { accessToken: "", refreshToken: "" };
  let ended = session;

  return [
    {
      title: "Basic on every request",
      sent: ["2 x GET /file/group Basic ••• -> 200"],
      got: "2 x 200",
      run: () => calls(open(basic(user)), 2),
    },
    {
      title: "Bearer, with the token of another session",
      sent: [LOGIN, CALL],
      got: "200",
      run: async () => await call(open(bearer((await session.token()).value))),
    },
    {
      title: "login and refresh, with the generated client",
      sent: [LOGIN, REFRESH],
      got: "another refresh token",
      async run() {
        const headers = { Authorization: `Basic ${btoa(`${user.username}:${user.password}`)}` };
        const first = await authLogin({ client: api, headers, throwOnError: true });
        spent = first.data.refreshToken;
        const second = await authRefresh({ client: api, body: { refreshToken: spent }, throwOnError: true });
        held = { accessToken: second.data.token, refreshToken: second.data.refreshToken ?? spent };
        return held.refreshToken === spent ? "the same refresh token" : "another refresh token";
      },
    },
    {
      title: "the server refuses a refresh token that was used",
      sent: ["POST /auth/refresh -> 401"],
      got: "401",
      run: async () => String((await authRefresh({ client: api, body: { refreshToken: spent } })).response?.status),
    },
    {
      title: "a session made of tokens, and its logout",
      sent: [CALL, "POST /auth/logout Bearer ••• -> 200"],
      got: "200, logged_out",
      async run() {
        ended = open(login({ tokens: held }));
        const before = await call(ended);
        await ended.logout();
        return `${before}, ${ended.status().state}`;
      },
    },
    {
      title: "after logout the server refuses the refresh token",
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
    {
      title: "the session changes the password and keeps working",
      sent: ["POST /auth/changePassword Bearer ••• -> 200", LOGIN, CALL],
      got: "200",
      async run() {
        await session.changePassword("a new password");
        return await call(session);
      },
    },
    {
      title: "the old password is refused, and sent only once",
      sent: ["GET /auth/login Basic ••• -> 401"],
      got: "credentials_rejected, credentials_rejected",
      async run() {
        const old = open(login(user));
        return `${await call(old)}, ${await call(old)}`;
      },
    },
    {
      title: "single sign-on through Auth0",
      sent: [GRANT, CALL],
      got: "200",
      run: () => call(sso),
    },
    {
      title: "a day later, renewed at Auth0",
      sent: [GRANT, CALL],
      got: "200",
      run() {
        upstream.advance(24 * HOUR);
        return call(sso);
      },
    },
    {
      title: "single sign-on ends",
      sent: ["POST /oauth/revoke -> 200"],
      got: "login_required",
      async run() {
        await sso.logout();
        return await call(sso);
      },
    },
    {
      title: "the token app logs in, and gives its token to another program",
      sent: [LOGIN, CALL],
      got: "200",
      run: () => call(fed),
    },
  ];
}
