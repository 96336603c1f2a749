import { assert, assertEquals } from "@std/assert";
import { type Emulator, serveEmulator } from "@xsignals/emulator/serve";
import { apiKey, auth0, basic, createSession, login, type Session, type Strategy } from "@xsignals/session";
import { setTimeout } from "node:timers/promises";
import { type Check, judge } from "../judge.ts";
import { type Prism, startPrism } from "./start_prism.ts";

/** A day in ms: no access token lives longer. */
const DAY = 24 * 60 * 60_000;
const ACCOUNT = { username: "somebody", password: "the first password" };
const NEW_PASSWORD = "the second password";
const CLIENT = { clientId: "a-client", clientSecret: "its secret" };
const FILE = "/file/8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d11";

/** The proxies, and the emulator behind them. */
interface Way {
  readonly api: Prism;
  readonly sso: Prism;
  readonly emulator: Emulator;
  /** The time of session and servers, in ms since 1970. */
  readonly now: () => number;
  /** Moves it on until every token has expired. */
  readonly expire: () => void;
}

/** Prism as a proxy that validates, between our session and the emulator; requests and answers, by the two specs. */
judge("prism-proxy", async (check, atEnd) => {
  let late = 0;
  const now = () => Date.now() + late;
  const { emulator, stop, ...served } = await serveEmulator({
    users: { [ACCOUNT.username]: ACCOUNT.password },
    clients: { [CLIENT.clientId]: CLIENT.clientSecret },
    apiKeys: { "a-key": ACCOUNT.username },
    now,
  });
  atEnd(stop);
  const [api, sso] = [await startPrism("xsignals", served.api), await startPrism("auth0", served.auth0)];
  for (const { stop } of [api, sso]) atEnd(stop);
  const way = { api, sso, emulator, now, expire: () => void (late += DAY) };
  await showViolations(check, way);
  for (const [what, requests, run] of flows(way)) {
    await check(`${what} works`, run);
    const [ofApi, ofSso] = [await api.seen(), await sso.seen()];
    await check(`${what} sends what it must`, () => {
      assertEquals([...ofSso.requests, ...ofApi.requests].join(", "), requests);
    });
    await check(`${what} breaks no spec`, () => assertEquals([...ofApi.violations, ...ofSso.violations], []));
  }
  await check("the emulator saw nothing that a client must not do", () => {
    assertEquals(emulator.log.filter(({ violation }) => violation !== undefined), []);
  });
});

/** Shows the proxies one violation of each kind: who sees nothing finds nothing. */
async function showViolations(check: Check, { api, sso, emulator: { faults } }: Way): Promise<void> {
  const authorization = `Basic ${btoa(`${ACCOUNT.username}:${ACCOUNT.password}`)}`;
  const post = (url: string) =>
    fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: '{"refreshToken":1}' });
  async function seen(what: string, told: string, sent: Promise<Response>, prism = api): Promise<void> {
    await check(`it sees ${what}`, async () => {
      await (await sent).body?.cancel();
      const { violations } = await prism.seen();
      assert(violations.some((one) => one.includes(told)), `it saw ${JSON.stringify(violations)}`);
    });
  }

  faults.add({ operation: "authLogin", status: 200, headers: { "content-type": "application/json" }, body: "{}" });
  const emptied = fetch(`${api.origin}/auth/login`, { headers: { authorization } });
  await seen("an answer without a member", "must have required property 'refreshToken'", emptied);
  await seen("a member of the wrong type", "must be string", post(`${api.origin}/auth/refresh`));
  await seen("a missing credential", "Invalid security scheme used", fetch(`${api.origin}/file/group`));
  await seen("a missing member", "must have required property", post(`${sso.origin}/oauth/token`), sso);
}

/** What somebody does with a session, and the requests that it makes, those to Auth0 first. */
type Flow = readonly [what: string, requests: string, run: () => Promise<void>];

/** The valid flows, to be run in turn: one begins with the session and the password that the one before left. */
function flows({ api, sso, emulator, now, expire }: Way): Flow[] {
  function open(strategy: Strategy): Session {
    const sleep = (ms: number, signal?: AbortSignal) => setTimeout(ms, undefined, { signal });
    return createSession({ strategy, baseUrl: api.origin, clock: { now, sleep } });
  }
  const atAuth0 = { ...ACCOUNT, ...CLIENT, domain: sso.origin };
  const session = open(login(ACCOUNT));
  const withPassword = open(basic({ ...ACCOUNT, password: NEW_PASSWORD }));
  const withKey = open(apiKey("a-key"));
  const single = open(auth0({ ...atAuth0, scope: "offline_access" }));
  const byBasic = open(auth0({ ...atAuth0, clientAuth: "basic", forwardedFor: "203.0.113.7" }));
  const search = "/file/search?query=groupName%3DMarket%20Notes&size=1&sortBy=arrivalTime&sortOrder=desc";
  const [groups, change, token] = ["GET /file/group", "POST /auth/changePassword", "POST /oauth/token"];
  function calls({ fetch }: Session, path = "/file/group?size=1"): () => Promise<void> {
    return async () => {
      const { status, body } = await fetch(path);
      await body?.cancel();
      assertEquals(status, 200);
    };
  }
  function callsAfter(what: () => unknown, session: Session): () => Promise<void> {
    return () => (what(), calls(session)());
  }
  return [
    ["a login and a call", `GET /auth/login, ${groups}`, calls(session)],
    ["a call with that token", groups, calls(session)],
    ["a call with an expired token", `POST /auth/refresh, ${groups}`, callsAfter(expire, session)],
    [
      "a call with a token that was taken back",
      `${groups}, POST /auth/refresh, ${groups}`,
      callsAfter(emulator.revokeAccessTokens, session),
    ],
    ["a search", "GET /file/search", calls(session, search)],
    ["a look at a file", `GET ${FILE}`, calls(session, FILE)],
    ["a download", `GET ${FILE}/download`, calls(session, `${FILE}/download`)],
    ["a password change, and a login", `${change}, GET /auth/login`, () => session.changePassword(NEW_PASSWORD)],
    ["a logout", "POST /auth/logout", () => session.logout()],

    ["a call with a password", groups, calls(withPassword)],
    ["a password change with a password", change, () => withPassword.changePassword(ACCOUNT.password)],
    ["a call with the new password", groups, calls(withPassword)],
    ["a call with a key", groups, calls(withKey)],

    ["single sign-on and a call", `${token}, ${groups}`, calls(single)],
    ["a call with an expired token of Auth0's", `${token}, ${groups}`, callsAfter(expire, single)],
    ["a logout at Auth0", "POST /oauth/revoke", () => single.logout()],
    ["single sign-on by a client with Basic", `${token}, ${groups}`, calls(byBasic)],
  ];
}
