import { assert, assertEquals } from "@std/assert";
import { authChangePassword, authLogin, authRefresh, connect, listFileGroups } from "@xsignals/client";
import { connect as connectAuth0, oauthToken } from "@xsignals/client/auth0";
import {
  apiKey,
  auth0,
  basic,
  bearer,
  clientCredentials,
  type Context,
  createSession,
  type FetchLike,
  login,
  memoryStore,
  type Session,
  SessionError,
  type SessionOptions,
  type Store,
  type Strategy,
} from "@xsignals/session";
import { optionsFromEnv } from "@xsignals/session/env";
import { overheard } from "./overheard.ts";
import { API_KEY, CLIENT_SECRET, leaksIn, MARK, NEXT_PASSWORD, PASSWORD, printed } from "./secrets.ts";

const HOUR = 3_600_000;
const USER = { username: "user", password: PASSWORD };
const CLIENT = { clientId: "id", clientSecret: CLIENT_SECRET };
const ACCOUNTS = { users: { user: PASSWORD }, clients: { id: CLIENT_SECRET }, apiKeys: { [API_KEY]: "user" } };
const TOKENS = { accessToken: `${MARK}access`, refreshToken: `${MARK}refresh` };

/** Asserts that nothing of a secret is printed of the value. */
function assertUnprintable(value: unknown, where: string, secrets: Iterable<string> = []): void {
  assertEquals(leaksIn(printed(value), secrets), [], where);
}

/** The error that the work fails with. */
async function failureOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Does the work, which must fail, and looks at its error, at the session and at what the session told. */
async function fails(where: string, options: SessionOptions, use: (session: Session) => unknown): Promise<void> {
  const events: unknown[] = [];
  const session = createSession({ waitBudgetMs: 0, ...options, onEvent: (event) => events.push(event) });
  const error = await failureOf(() => use(session));
  assert(error instanceof Error, `${where}: it did not fail`);
  for (const value of [error, session, session.status(), events]) assertUnprintable(value, where);
}

Deno.test("a wrong option is told of without the option (public bug 33)", async () => {
  const line = `${MARK}\r\nX`;
  const session = (options: Partial<SessionOptions>) => () => createSession({ strategy: basic(USER), ...options });
  const env = (variables: Record<string, string>) => () => optionsFromEnv(new Map(Object.entries(variables)));
  const wrong: (() => unknown)[] = [
    () => login({ username: `${MARK}:`, password: PASSWORD }),
    () => login({ username: "user", password: line }),
    () => login({ username: "user", password: `${MARK}\ud800` }),
    () => login({ username: "user", password: [PASSWORD] as never }),
    () => login({ tokens: { accessToken: line } }),
    () => login({ tokens: { accessToken: "a", refreshToken: line } }),
    () => login({ tokens: { ...TOKENS, expiresAt: MARK as never } }),
    () => basic({ username: "user", password: line }),
    () => bearer(line),
    () => bearer([MARK] as never),
    () => apiKey(line),
    () => auth0({ ...USER, ...CLIENT, domain: `https://user:${MARK}@host` }),
    () => auth0({ ...USER, ...CLIENT, domain: `https://host/${MARK}` }),
    () => auth0({ ...USER, ...CLIENT, domain: `//${MARK}:99999` }),
    () => auth0({ ...USER, ...CLIENT, clientAuth: MARK as never }),
    () => auth0({ ...USER, ...CLIENT, forwardedFor: MARK }),
    () => auth0({ ...USER, clientId: [MARK] as never }),
    () => clientCredentials({ ...CLIENT, tokenUrl: `https://user:${MARK}@host` }),
    () => clientCredentials({ ...CLIENT, tokenUrl: MARK }),
    () => clientCredentials({ clientId: "id", clientSecret: { MARK } as never, tokenUrl: "https://host" }),
    session({ baseUrl: `https://user:${MARK}@host` }),
    session({ baseUrl: `https://host/?token=${MARK}` }),
    session({ baseUrl: `https://host:99999/${MARK}` }),
    session({ baseUrl: `http://host/${MARK}` }),
    session({ allowInsecure: [`http://user:${MARK}@host:99999`] }),
    session({ fetch: MARK as never }),
    session({ tokenDeadlineMs: MARK as never }),
    session({ strategy: MARK as never }),
    env({ XSIGNALS_AUTH: MARK }),
    env({ XSIGNALS_USERNAME: "user", XSIGNALS_PASSWORD: line }),
    env({ XSIGNALS_USERNAME: `${MARK}:`, XSIGNALS_PASSWORD: PASSWORD }),
    env({ XSIGNALS_PASSWORD: PASSWORD }),
    env({ XSIGNALS_AUTH: "bearer", XSIGNALS_TOKEN: line }),
    env({ XSIGNALS_AUTH: "bearer", XSIGNALS_TOKEN: MARK, XSIGNALS_PASSWORD: PASSWORD }),
    env({
      XSIGNALS_AUTH: "client_credentials",
      XSIGNALS_TOKEN_URL: MARK,
      XSIGNALS_CLIENT_ID: "id",
      XSIGNALS_CLIENT_SECRET: MARK,
    }),
    env({ XSIGNALS_AUTH: "bearer", XSIGNALS_TOKEN: "a", XSIGNALS_BASE_URL: `:${MARK}` }),
  ];
  for (const make of wrong) {
    const error = await failureOf(make);
    assert(error instanceof TypeError, `${make} made ${error}`);
    assertUnprintable(error, String(make));
  }
});

/** A pair that works, and one that has expired. */
const FRESH = { ...TOKENS, expiresAt: Date.now() + HOUR };
const STALE = { ...TOKENS, expiresAt: 1 };

/** Every call with a credential in it. */
const CALLS: Record<string, { strategy: () => Strategy; use: (session: Session) => unknown }> = {
  "login": { strategy: () => login(USER), use: (session) => session.token() },
  "refresh": { strategy: () => login({ tokens: STALE }), use: (session) => session.fetch("/file/group") },
  "refresh, then login": { strategy: () => login({ ...USER, tokens: STALE }), use: (session) => session.token() },
  "logout": { strategy: () => login({ tokens: FRESH }), use: logout },
  "changePassword": {
    strategy: () => login({ ...USER, tokens: FRESH }),
    use: (session) => session.changePassword(NEXT_PASSWORD),
  },
  "changePassword of basic": { strategy: () => basic(USER), use: (session) => session.changePassword(NEXT_PASSWORD) },
  "password grant": { strategy: () => auth0({ ...USER, ...CLIENT }), use: (session) => session.token() },
  "refresh grant": {
    strategy: () => auth0({ ...CLIENT, clientAuth: "basic", tokens: STALE }),
    use: (session) => session.token(),
  },
  "revoke": { strategy: () => auth0({ ...CLIENT, tokens: FRESH }), use: logout },
  "client credentials": {
    strategy: () => clientCredentials({ ...CLIENT, tokenUrl: `https://tokens.test/?code=${MARK}` }),
    use: (session) => session.token(),
  },
};

async function logout(session: Session): Promise<void> {
  await session.token();
  await session.logout();
}

/** Answers that show secrets, each wrong for every call. */
const BODIES: readonly (string | null)[] = [
  `{"token":"${MARK}`,
  `${MARK} is what you sent`,
  JSON.stringify(MARK),
  `<html>${MARK}</html>`,
  JSON.stringify({ token: `${MARK}\r\nX`, refreshToken: MARK, access_token: `${MARK}\r\nX`, token_type: "Bearer" }),
  JSON.stringify({ token: { MARK }, refreshToken: [MARK], access_token: { MARK }, token_type: MARK }),
  JSON.stringify({ message: MARK, error: MARK, error_description: MARK }),
  JSON.stringify({ error: "mfa_required", error_description: MARK, mfa_token: MARK }),
  JSON.stringify({ error: "invalid_grant", error_description: MARK }),
  null,
];
const HEADERS = {
  "location": `https://elsewhere.test/path?token=${MARK}`,
  "www-authenticate": `Basic realm="${MARK}"`,
  "set-cookie": `a=${MARK}`,
  "content-type": `application/json; a=${MARK}`,
  "retry-after": MARK,
};

for (const [name, { strategy, use }] of Object.entries(CALLS)) {
  Deno.test(`createSession() quotes nothing of a wrong answer to ${name} (public bug 33)`, async () => {
    const answers = [
      ...BODIES.map((body) => [200, body] as const),
      ...[302, 400, 401, 429, 500, 503].map((status) => [status, BODIES[6] ?? null] as const),
      [403, BODIES[7] ?? null] as const,
    ];
    for (const [status, body] of answers) {
      const isDone = status === 200 ? /^(logout|revoke|changePassword)/ : status === 401 ? /^logout$/ : /^$/;
      if (isDone.test(name)) continue; // a success, whatever the body
      const fetch: FetchLike = () => Promise.resolve(new Response(body, { status, headers: HEADERS }));
      await fails(`${name}: ${status} ${body}`, { strategy: strategy(), fetch }, use);
    }
  });

  Deno.test(`createSession() quotes nothing of a failed connection of ${name} (public bug 33)`, async () => {
    const failure = new TypeError(`error sending request for url (https://host/?token=${MARK})`, {
      cause: Object.assign(new Error(PASSWORD, { cause: MARK }), { path: MARK, headers: { authorization: MARK } }),
    });
    for (
      const thrown of [failure, PASSWORD, { [MARK]: MARK }, Object.assign(new Error(), { name: MARK, code: MARK })]
    ) {
      await fails(`${name}: ${thrown}`, { strategy: strategy(), fetch: () => Promise.reject(thrown) }, use);
    }
  });
}

Deno.test("a session quotes nothing of a credential's function that fails or gives no credential (public bug 33)", async () => {
  const functions: (() => unknown)[] = [
    () => {
      throw new Error(PASSWORD, { cause: { password: PASSWORD } });
    },
    () => Promise.reject(PASSWORD),
    () => ({ password: PASSWORD }),
    () => `${MARK}\r\nX`,
    () => `${MARK}ł\ud800`,
    () => [MARK],
  ];
  for (const give of functions) {
    const secret = give as () => string;
    const strategies: Record<string, Strategy> = {
      login: login({ username: "user", password: secret }),
      "login, user name": login({ username: secret, password: PASSWORD }),
      basic: basic({ username: "user", password: secret }),
      bearer: bearer(secret),
      apiKey: apiKey(secret),
      "auth0, password": auth0({ ...CLIENT, username: "user", password: secret }),
      "auth0, client": auth0({ ...USER, ...CLIENT, clientSecret: secret }),
      clientCredentials: clientCredentials({ ...CLIENT, clientSecret: secret, tokenUrl: "https://tokens.test" }),
    };
    for (const [name, strategy] of Object.entries(strategies)) {
      // Form encoding carries anything; what the server says of it is no concern here.
      const fetch: FetchLike = () => Promise.reject(new TypeError("fetch failed"));
      await fails(`${name}: ${give}`, { strategy, fetch }, (session) => session.fetch("/file/group"));
    }
  }
});

Deno.test("a session quotes nothing of a store that fails, or of what it holds (public bug 33)", async () => {
  const failure = () => Promise.reject(new Error(`${PASSWORD} at postgres://user:${MARK}@host`, { cause: MARK }));
  const holding = (text: string): Partial<Store> => ({
    read: () => Promise.resolve({ data: new TextEncoder().encode(text), version: MARK }),
  });
  const stores: Partial<Store>[] = [
    { read: failure },
    { write: failure },
    { exclusive: failure },
    { exclusive: () => Promise.resolve(MARK as never) },
    holding(MARK),
    holding(`{"v":2,"identity":"${MARK}`),
    holding(JSON.stringify({ v: 3, token: MARK })),
    holding(JSON.stringify({ v: 2, identity: { MARK } })),
    { ...holding(JSON.stringify({ v: 2, identity: MARK, token: { scheme: "Bearer", value: MARK } })), write: failure },
  ];
  for (const store of stores) {
    const where = Deno.inspect(store);
    const events: unknown[] = [];
    const options = {
      store: { ...memoryStore(), ...store },
      fetch: () => Promise.reject(new TypeError("fetch failed")),
    };
    const session = createSession({ ...options, strategy: login(USER), onEvent: (event) => events.push(event) });
    for (const use of [() => session.token(), () => session.changePassword(NEXT_PASSWORD), () => session.logout()]) {
      assertUnprintable(await failureOf(use), where);
    }
    for (const value of [session, session.status(), events]) assertUnprintable(value, where);
    assert(events.length > 0, where);
  }
});

Deno.test("a session in use shows no secret, nor does anything that it is made of (public bug 33)", async () => {
  const { emulator, fetch, tokens } = overheard(ACCOUNTS);
  const strategies: Record<string, Strategy> = {
    login: login(USER),
    basic: basic(USER),
    apiKey: apiKey(API_KEY),
    bearer: bearer(() => Promise.resolve([...tokens][0]!)),
    auth0: auth0({ ...USER, ...CLIENT, scope: "offline_access" }),
  };
  for (const [name, strategy] of Object.entries(strategies)) {
    let now = Date.now();
    const events: unknown[] = [];
    const store = memoryStore();
    const worlds: Context[] = [];
    const sources: unknown[] = [];
    const session = createSession({
      strategy(io) {
        worlds.push(io);
        const source = strategy(io);
        sources.push(source);
        return source;
      },
      store,
      fetch,
      clock: { now: () => now, sleep: () => new Promise(() => {}) },
      onEvent: (event) => events.push(event),
    });
    const look = (when: string) => {
      for (
        const value of [session, session.status(), events, strategy, store, worlds, sources, emulator, emulator.log]
      ) {
        assertUnprintable(value, `${name}, ${when}`, tokens);
      }
    };
    look("new");
    for (const when of ["fresh", "renewed"]) {
      const response = await session.fetch(`/file/group?size=1`);
      assertEquals(response.status, 200, name);
      assertUnprintable(response, `${name}, ${when}: the answer`, tokens);
      await response.body?.cancel();
      look(when);
      if (name !== "bearer") now += 25 * HOUR;
      if (name === "login" || name === "auth0") assert(events.length > 0);
    }
    await session.logout();
    look("logged out");
  }
  assert(tokens.size >= 6, "the tokens that were looked for");
});

Deno.test("a session's fetch quotes no query of an address that it cannot reach (public bug 33)", async () => {
  const port = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  port.close();
  const session = createSession({ strategy: basic(USER), baseUrl: `http://127.0.0.1:${port.addr.port}` });
  for (const input of [`/file?token=${MARK}`, new Request(`${session.baseUrl}/file?token=${MARK}#${MARK}`)]) {
    const error = await failureOf(() => session.fetch(input));
    assert(error instanceof TypeError);
    assertUnprintable(error, "refused");
  }
  for (
    const refused of [`https://user:${MARK}@x.test/`, `https://x.test/?a=${MARK}`, `//${MARK}:99999`, `/auth/${MARK}`]
  ) {
    assertUnprintable(await failureOf(() => session.fetch(refused)), refused);
  }
});

Deno.test("an operation's errors and results show no secret that was sent (public bug 33)", async () => {
  const { fetch, tokens } = overheard(ACCOUNTS);
  const session = createSession({ strategy: login(USER), fetch });
  const client = connect({ fetch });
  const lost = connect({ fetch: () => Promise.reject(new TypeError(PASSWORD, { cause: { PASSWORD } })) });
  const broken = connect({ fetch: () => Promise.resolve(new Response(`{"token":"${MARK}`)) });
  const headers = { Authorization: `Basic ${btoa(`user:${MARK}`)}` };
  const grant = {
    grant_type: "http://auth0.com/oauth/grant-type/password-realm",
    username: "user",
    password: PASSWORD,
    realm: "Username-Password-Authentication",
    audience: "https://xpansiv/platform",
    client_id: "id",
    client_secret: MARK,
  } as const;
  const values: unknown[] = [
    await authLogin({ client, headers }),
    await authLogin({ client: lost, headers }),
    await authLogin({ client: broken, headers }),
    await authRefresh({ client, body: { refreshToken: MARK } }),
    await authRefresh({ client: broken, body: { refreshToken: MARK } }),
    await authChangePassword({ client, headers, body: { password: NEXT_PASSWORD } }),
    await oauthToken({ client: connectAuth0({ fetch }), body: grant }),
    await listFileGroups({ client: connect(session) }),
    client,
    connect(session),
  ];
  for (const to of [client, lost, broken]) {
    values.push(await failureOf(() => authLogin({ client: to, headers, throwOnError: true })));
    values.push(await failureOf(() => authRefresh({ client: to, body: { refreshToken: MARK }, throwOnError: true })));
  }
  await session.logout();
  values.push(await failureOf(() => listFileGroups({ client: connect(session), throwOnError: true })));
  values.push(await listFileGroups({ client: connect(session) }));
  values.push(await failureOf(() => oauthToken({ client: client as never, body: grant })));
  for (const [index, value] of values.entries()) assertUnprintable(value, `value ${index}`, tokens);
  assert(values.filter((value) => value instanceof Error).length >= 8);
  assert(values.some((value) => value instanceof SessionError) === false);
});
