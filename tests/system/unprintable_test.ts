/** No secret is printed, whatever fails (public bug 33): errors, events, and every value that a program can hold. */
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { connect, listFileGroups } from "@xsignals/client";
import { apiKey, assertion, auth0, basic, bearer, clientCredentials, createSession, login } from "@xsignals/session";
import { memoryStore } from "@xsignals/session";
import type { Context, FetchLike, Session, SessionOptions, Strategy } from "@xsignals/session";
import { overheard } from "./overheard.ts";
import { API_KEY, CLIENT_SECRET, leaksIn, MARK, PASSWORD, printed } from "./secrets.ts";
import { tokenCalls } from "./token_calls.ts";

const HOUR = 3_600_000;
const ORIGIN = "https://api.test";
const USER = { username: "user", password: PASSWORD };
const CLIENT = { clientId: "id", clientSecret: CLIENT_SECRET };
const TOKEN_URL = "https://tokens.test/token";

/** Asserts that nothing of a secret is printed of the value. */
function assertUnprintable(value: unknown, where: string, secrets: Iterable<string> = []): void {
  assertEquals(leaksIn(printed(value), secrets), [], where);
}

/** The error that the work fails with. */
async function failureOf(work: () => unknown): Promise<unknown> {
  return await Promise.try(work).then(() => undefined, (error) => error);
}

/** Does what must fail, and looks at its error, at the session and at what the session told. */
async function fails(
  where: string,
  open: (options: Partial<SessionOptions>) => Session,
  use: (session: Session) => unknown,
  options: Partial<SessionOptions>,
): Promise<void> {
  const events: unknown[] = [];
  const session = open({ waitBudgetMs: 0, ...options, onEvent: (event) => events.push(event) });
  const error = await failureOf(() => use(session));
  assertInstanceOf(error, Error, `${where}: it did not fail`);
  for (const value of [error, session, session.status(), events]) assertUnprintable(value, where);
}

/** What takes options, and options that are right. */
const TAKERS: Record<string, [make: (options: never) => unknown, options: Record<string, unknown>]> = {
  login: [login, USER],
  tokens: [(tokens: never) => login({ tokens }), { accessToken: MARK, refreshToken: MARK, expiresAt: 1 }],
  basic: [basic, USER],
  bearer: [({ token }) => bearer(token), { token: MARK }],
  apiKey: [({ key }) => apiKey(key), { key: MARK }],
  auth0: [auth0, { ...USER, ...CLIENT, domain: "a.test", clientAuth: "basic", forwardedFor: "192.0.2.1" }],
  assertion: [assertion, { tokenUrl: TOKEN_URL, assertion: () => MARK }],
  clientCredentials: [clientCredentials, { ...CLIENT, tokenUrl: TOKEN_URL }],
  createSession: [createSession, { strategy: basic(USER), baseUrl: ORIGIN, allowInsecure: [], fetch, waitBudgetMs: 1 }],
};

/** Each is wrong for some option. */
const WRONG: readonly unknown[] = [
  MARK,
  `${MARK}:`,
  `${MARK}\r\nX`,
  `${MARK}\ud800`,
  `:${MARK}`,
  `//${MARK}:99999`,
  `http://host/${MARK}`,
  `https://host/${MARK}`,
  `https://host:99999/${MARK}`,
  `https://host/?token=${MARK}`,
  `https://user:${MARK}@host`,
  [MARK],
  { MARK },
  [`http://user:${MARK}@host:99999`],
];

Deno.test("a wrong option is told of without its value (public bug 33)", async () => {
  for (const [name, [make, options]] of Object.entries(TAKERS)) {
    make(options as never);
    for (const option of Object.keys(options)) {
      const errors = await Promise.all(
        WRONG.map((value) => failureOf(() => make({ ...options, [option]: value } as never))),
      );
      const refusals = errors.filter((error) => error !== undefined);
      assert(refusals.length > 0, `${option} of ${name} takes anything`);
      for (const error of refusals) {
        assertInstanceOf(error, TypeError, option);
        assertUnprintable(error, `${option} of ${name}`);
      }
    }
  }
});

const REFUSAL = JSON.stringify({ message: MARK, error: MARK, error_description: MARK });
const MFA = JSON.stringify({ error: "mfa_required", error_description: MARK, mfa_token: MARK });
/** Answers that show secrets, each wrong for every call. */
const BODIES: readonly (string | null)[] = [
  `{"token":"${MARK}`,
  JSON.stringify(MARK),
  `<html>${MARK}</html>`,
  JSON.stringify({ token: `${MARK}\r\nX`, refreshToken: MARK, access_token: `${MARK}\r\nX`, token_type: "Bearer" }),
  JSON.stringify({ token: { MARK }, refreshToken: [MARK], access_token: { MARK }, token_type: MARK }),
  JSON.stringify({ error: "invalid_grant", error_description: MARK }),
  REFUSAL,
  MFA,
  null,
];
const HEADERS = {
  "location": `https://elsewhere.test/path?token=${MARK}`,
  "www-authenticate": `Basic realm="${MARK}"`,
  "set-cookie": `a=${MARK}`,
  "content-type": `application/json; a=${MARK}`,
  "retry-after": MARK,
};

for (const [name, call] of Object.entries(tokenCalls({ auth0, clientCredentials, createSession, login }))) {
  const open = (options: Partial<SessionOptions>) => call.open(ORIGIN, options);

  Deno.test(`createSession() quotes nothing of a wrong answer to ${name} (public bug 33)`, async () => {
    const answers = [
      ...BODIES.map((body) => [200, body] as const),
      ...[302, 400, 401, 429, 500, 503].map((status) => [status, REFUSAL] as const),
      [403, MFA] as const,
    ];
    for (const [status, body] of answers) {
      const isDone = status === 200 ? /logout|revoke|changePassword/ : status === 401 ? /logout/ : /^$/;
      if (isDone.test(name)) continue; // a success, whatever the body
      const fetch: FetchLike = () => Promise.resolve(new Response(body, { status, headers: HEADERS }));
      await fails(`${status} ${body}`, open, call.make, { fetch });
    }
  });

  Deno.test(`createSession() quotes nothing of a failed connection of ${name} (public bug 33)`, async () => {
    const cause = Object.assign(new Error(PASSWORD, { cause: MARK }), { path: MARK, headers: { authorization: MARK } });
    const failures = [
      new TypeError(`error sending request for url (https://host/?token=${MARK})`, { cause }),
      Object.assign(new Error(), { name: MARK, code: MARK }),
      { [MARK]: MARK },
      PASSWORD,
    ];
    for (const thrown of failures) await fails(`${thrown}`, open, call.make, { fetch: () => Promise.reject(thrown) });
  });
}

Deno.test("a session quotes nothing of a credential's function that fails or gives no credential (public bug 33)", async () => {
  const functions: (() => unknown)[] = [
    () => Promise.reject(new Error(PASSWORD, { cause: { password: PASSWORD } })),
    () => Promise.reject(PASSWORD),
    () => ({ password: PASSWORD }),
    () => `${MARK}\r\nX`,
    () => `${MARK}ł\ud800`,
    () => [MARK],
  ];
  // Form encoding carries anything, so that the request has to fail.
  const fetch: FetchLike = () => Promise.reject(new TypeError("fetch failed"));
  for (const [name, [make, right]] of Object.entries(TAKERS)) {
    for (const option of ["username", "password", "token", "key", "clientSecret"].filter((option) => option in right)) {
      for (const give of functions) {
        const strategy = make({ ...right, [option]: give } as never) as Strategy;
        const open = (options: Partial<SessionOptions>) => createSession({ strategy, ...options });
        await fails(`${name}, ${option}: ${give}`, open, (session) => session.fetch("/file/group"), { fetch });
      }
    }
  }
});

Deno.test("a session in use shows no secret, nor does anything that it is made of (public bug 33)", async () => {
  const accounts = { users: { user: PASSWORD }, clients: { id: CLIENT_SECRET }, apiKeys: { [API_KEY]: "user" } };
  const { emulator, fetch, tokens } = overheard(accounts);
  const strategies: Record<string, Strategy> = {
    login: login(USER),
    basic: basic(USER),
    apiKey: apiKey(API_KEY),
    bearer: bearer(() => Promise.resolve([...tokens][0]!)),
    auth0: auth0({ ...USER, ...CLIENT, scope: "offline_access" }),
  };
  for (const [name, strategy] of Object.entries(strategies)) {
    let now = Date.now();
    const clock = { now: () => now, sleep: () => new Promise<void>(() => {}) };
    const seen: unknown[] = [strategy, emulator, emulator.log]; // and all that is pushed to it
    const store = memoryStore();
    const onEvent: SessionOptions["onEvent"] = (event) => seen.push(event);
    const watched = (io: Context) => {
      const source = strategy(io);
      seen.push(io, source, store);
      return source;
    };
    const session = createSession({ strategy: watched, store, fetch, clock, onEvent });
    const look = (when: string) => {
      for (const value of [session, session.status(), ...seen]) assertUnprintable(value, `${name}, ${when}`, tokens);
    };
    look("new");
    for (const when of ["fresh", "renewed"]) {
      const response = await session.fetch("/file/group?size=1");
      assertEquals(response.status, 200, name);
      assertUnprintable(response, `${name}, ${when}: the answer`, tokens);
      await response.body?.cancel();
      look(when);
      if (name !== "bearer") now += 25 * HOUR;
    }
    const client = connect(session);
    for (const end of [() => session.logout(), () => {}]) {
      seen.push(client, await listFileGroups({ client }));
      await end();
    }
    look("logged out");
  }
  assert(tokens.size >= 6, "the tokens that were looked for");
});
