/** Session and spec cannot drift: each call that session makes by itself equals the one of the generated operation. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { authChangePassword, authLogin, authLogout, authRefresh, connect, listFileGroups } from "@xsignals/client";
import { connect as connectAuth0, oauthRevoke, oauthToken } from "@xsignals/client/auth0";
import auth0Spec from "../../spec/auth0.yaml" with { type: "text" };
import xsignals from "../../spec/xsignals.yaml" with { type: "text" };
import { createSession, type Session } from "./session.ts";
import { auth0, type Auth0Options } from "./strategies/auth0.ts";
import { basic } from "./strategies/basic.ts";
import { login } from "./strategies/login.ts";
import { fakeClock } from "./testing/fake_clock.ts";
import type { FetchLike, Strategy } from "./types.ts";

interface Wire {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A server that gives tokens, and keeps what it was sent, but for plain API calls. */
function recorder(): { readonly sent: Wire[]; readonly fetch: FetchLike } {
  const sent: Wire[] = [];
  let serial = 0;
  return {
    sent,
    async fetch(input, init) {
      const request = new Request(input, init);
      const { method, url } = request;
      if (!/\/o?auth\//.test(url)) return new Response(null, { status: 200 });
      sent.push({ method, url, headers: Object.fromEntries(request.headers), body: await request.text() });
      serial++;
      return Response.json({
        token: `t${serial}`,
        refreshToken: `r${serial}`,
        access_token: `t${serial}`,
        token_type: "Bearer",
        expires_in: 600,
        refresh_token: `r${serial}`,
      });
    },
  };
}

/** What a session sends for some use of it. */
async function ofSession(strategy: Strategy, use: (session: Session) => Promise<unknown>): Promise<Wire[]> {
  const { sent, fetch } = recorder();
  await use(createSession({ strategy, fetch, clock: fakeClock() }));
  return sent;
}

/** What the generated operations send. */
async function ofClient(calls: (fetch: FetchLike) => Promise<unknown>[]): Promise<Wire[]> {
  const { sent, fetch } = recorder();
  for (const call of calls(fetch)) await call;
  return sent;
}

function assertSame(session: Wire[], client: Wire[]): void {
  assert(session.length > 0);
  assertEquals(session, client);
}

const username = "zażółć";
const password = "a:b:пароль😀é";
/** The name of the one header parameter of a host's operations that log in, as its spec has it. */
function headerOf(spec: string): string {
  const [name, ...more] = [...spec.replace(/^  \/file\/[^]*/m, "").matchAll(/name: (\S+)\n *in: header/g)].map((
    match,
  ) => match[1]);
  assert(name !== undefined && more.length === 0);
  return name;
}

/** Gives the credential only for the scheme, so that the operation's own `security` decides what goes out. */
function only(scheme: "basic" | "bearer", token: string): (auth: { scheme?: string }) => string | undefined {
  return (auth) => auth.scheme === scheme ? token : undefined;
}

Deno.test("login() sends what authLogin and authLogout build", async () => {
  const session = await ofSession(login({ username, password }), async (session) => {
    await session.token();
    await session.logout();
  });
  const client = await ofClient((fetch) => [
    authLogin({
      client: connect({ fetch }),
      auth: only("basic", `${username}:${password}`),
      headers: { [headerOf(xsignals)]: "no-store" },
    }),
    authLogout({ client: connect({ fetch }), body: { refreshToken: "r1" }, auth: only("bearer", "t1") }),
  ]);
  assertSame(session, client);
});

Deno.test("login() sends what authRefresh builds", async () => {
  const tokens = { accessToken: "t0", refreshToken: "r0", expiresAt: 1 };
  const session = await ofSession(login({ tokens }), (session) => session.token());
  const client = await ofClient((fetch) => [
    authRefresh({ client: connect({ fetch }), body: { refreshToken: "r0" } }),
  ]);
  assertSame(session, client);
});

Deno.test("login() and basic() send what authChangePassword builds", async () => {
  const tokens = { accessToken: "t0", refreshToken: "r0" };
  const session = [
    ...await ofSession(login({ tokens }), (session) => session.changePassword(password)),
    ...await ofSession(basic({ username, password: "old" }), (session) => session.changePassword(password)),
  ];
  const client = await ofClient((fetch) =>
    [only("bearer", "t0"), only("basic", `${username}:old`)].map((auth) =>
      authChangePassword({ client: connect({ fetch }), body: { password }, auth })
    )
  );
  assertSame(session, client);
});

const CLIENT: Auth0Options = { clientId: "id &=", clientSecret: "sécret+/", scope: "offline_access" };

Deno.test("auth0() sends what oauthToken and oauthRevoke build", async () => {
  const session = await ofSession(
    auth0({ ...CLIENT, username, password, forwardedFor: "2001:db8::1" }),
    async (session) => {
      await session.token();
      await session.logout();
    },
  );
  const credentials = { client_id: "id &=", client_secret: "sécret+/" };
  const client = await ofClient((fetch) => [
    oauthToken({
      client: connectAuth0({ fetch }),
      headers: { [headerOf(auth0Spec)]: "2001:db8::1" },
      body: {
        grant_type: "http://auth0.com/oauth/grant-type/password-realm",
        username,
        password,
        realm: "Username-Password-Authentication",
        audience: "https://xpansiv/platform",
        scope: "offline_access",
        ...credentials,
      },
    }),
    oauthRevoke({ client: connectAuth0({ fetch }), body: { token: "r1", ...credentials } }),
  ]);
  assertSame(session, client);
});

Deno.test("auth0() sends what oauthToken builds for a refresh, with the client in the form or as Basic", async () => {
  const tokens = { accessToken: "t0", refreshToken: "r0", expiresAt: 1 };
  const session = [
    ...await ofSession(auth0({ ...CLIENT, tokens }), (session) => session.token()),
    ...await ofSession(auth0({ ...CLIENT, clientAuth: "basic", tokens }), (session) => session.token()),
  ];
  const grant = { grant_type: "refresh_token", refresh_token: "r0" } as const;
  const client = await ofClient((fetch) => [
    oauthToken({
      client: connectAuth0({ fetch }),
      body: { ...grant, client_id: "id &=", client_secret: "sécret+/" },
    }),
    oauthToken({
      client: connectAuth0({ fetch }),
      body: grant,
      auth: only("basic", "id+%26%3D:s%C3%A9cret%2B%2F"),
    }),
  ]);
  assertSame(session, client);
});

Deno.test("session.fetch() refuses the generated operations that session makes by itself, and says what to use", async () => {
  const { sent, fetch } = recorder();
  const session = createSession({ strategy: login({ tokens: { accessToken: "t" } }), fetch });
  const client = connect(session);
  await assertRejects(() => authRefresh({ client, body: { refreshToken: "r" } }), TypeError, "session.token()");
  await assertRejects(
    () => listFileGroups({ client, headers: { Authorization: "x" } }),
    TypeError,
    "Cannot fetch with an Authorization header",
  );
  for (const baseUrl of ["http://127.0.0.1:1", "http://127.0.0.1:1/x"]) {
    const local = createSession({ strategy: login({ tokens: { accessToken: "t" } }), fetch, baseUrl });
    const auth = connectAuth0({ fetch: local.fetch, baseUrl });
    await assertRejects(
      () => oauthRevoke({ client: auth, body: { token: "r" } }),
      TypeError,
      "/auth/* or /oauth/*",
    );
  }
  const elsewhere = connectAuth0({ fetch: session.fetch });
  const { error } = await oauthRevoke({ client: elsewhere, body: { token: "r" } });
  assertEquals(error instanceof Error && "code" in error && error.code, "origin_refused");
  assertEquals(sent, []);
});
