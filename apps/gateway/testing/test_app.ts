/**
 * The app over the emulator, on a clock that the test moves.
 *
 * @module
 */
import { createEmulator, type Emulator } from "@xsignals/emulator";
import { createSession, type FetchLike, login, memoryStore, type Session, type Strategy } from "@xsignals/session";
import { createApp } from "../app.ts";
import { assertionChecker } from "../assertions.ts";
import { openClientBook } from "../client_book.ts";
import { type Clients, formatHash, hashSecret, parseClientLine } from "../clients.ts";
import { guardApi } from "../api_guard.ts";
import { makeCalls } from "../calls.ts";
import { watchHealth } from "../health.ts";
import { issuerKeys, type IssuerKeysOptions } from "../issuer_keys.ts";
import { type LogEntry, makeAlerts } from "../log.ts";
import { quotas } from "../quota.ts";
import { rateLimits } from "../rate_limits.ts";
import { keepRevocations } from "../revocations.ts";
import { gatewayTokens } from "../tokens.ts";
import { watchUpstream } from "../upstream.ts";

/** What a test may change. */
export interface TestAppOptions {
  /** How the session authenticates; by default as the emulator's user. */
  readonly strategy?: Strategy;
  /** How many tokens a client may ask for in a minute. */
  readonly rate?: number;
  /** The clients, read anew when the app looks after them. */
  readonly clients?: () => Clients;
  /** The app's origin. */
  readonly issuer?: string;
  /** Whether the log tells who took what. */
  readonly audit?: boolean;
  /** How issuers are asked; with an issuer of its own the app takes assertions. */
  readonly issuers?: Partial<IssuerKeysOptions>;
  /** Web pages that may ask. */
  readonly corsOrigins?: readonly string[];
}

/** The app, and what a test looks at. */
export interface TestApp {
  /** Sends a request to the app. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Asks for a token as the one client. */
  ask(form?: Readonly<Record<string, string>>): Promise<Response>;
  /** Asks for a token as the one client, and resolves with its text. */
  token(): Promise<string>;
  /** Sends a request to the app with a bearer token. */
  call(path: string, token: string, init?: RequestInit): Promise<Response>;
  /** Reads a listing with a new token: what needs the upstream. */
  file(): Promise<Response>;
  /** The routes of the app, its middleware's too. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  /** The upstream. */
  readonly emulator: Emulator;
  /** What the app wrote. */
  readonly log: readonly LogEntry[];
  /** The app's time, in ms since 1970. */
  readonly now: () => number;
  /** Moves the time, in ms. */
  advance(ms: number): void;
  /** Puts something else between the session and the emulator; without an argument, nothing. */
  intercept(fetch?: FetchLike): void;
  /** Resolves when no renewal is under way in the background. */
  quiet(): Promise<void>;
}

/** The one client, as Basic. */
export const CLIENT = `Basic ${btoa("client:secret")}`;

/** A client as it is configured. */
export function clientLine(id: string, ...secrets: string[]): string {
  return [id, ...secrets.map((secret) => formatHash(hashSecret(secret)))].join(":");
}

/** Makes the app. */
export function testApp(options: TestAppOptions = {}): TestApp {
  const { strategy, rate = 1_000, issuer, corsOrigins = [] } = options;
  let time = Date.UTC(2030, 0, 1);
  const now = () => time;
  const emulator = createEmulator({ users: { login: "password" }, now });
  let upstream: FetchLike = emulator.fetch;
  const log: LogEntry[] = [];
  const alerts = makeAlerts((entry) => log.push(entry), now);
  const watched = watchUpstream(now, alerts);
  const background = new Set<Promise<unknown>>();
  const session: Session = createSession({
    strategy: strategy ?? login({ username: "login", password: "password" }),
    fetch: guardApi((input, init) => upstream(input, init), () => session.baseUrl, watched),
    clock: { now, sleep: () => new Promise(() => {}) },
    waitBudgetMs: 3_000,
    onEvent: watched.onEvent,
    waitUntil(work) {
      background.add(work);
      work.catch(() => {}).finally(() => background.delete(work));
    },
  });
  const read = options.clients ?? (() => parseClientLine(clientLine("client", "secret")));
  const clients = openClientBook(read(), () => Promise.resolve().then(read), now, alerts);
  const revocations = keepRevocations(memoryStore(), now, alerts);
  const key = new Uint8Array(32).fill(7);
  const tokens = gatewayTokens({ keys: [key], lifetimeMs: 900_000, clients, revocations, now });
  const keysOf = issuerKeys({ fetch: globalThis.fetch, now, alerts, ...options.issuers });
  const app = createApp({
    config: { corsOrigins, ...(issuer === undefined ? {} : { issuer }) },
    tokens,
    session,
    upstream: watched,
    health: watchHealth(session, watched, revocations, clients),
    calls: makeCalls(tokens.isGood, now),
    clients,
    checkAssertion: issuer === undefined ? undefined : assertionChecker(issuer, clients, keysOf, now),
    limits: rateLimits(quotas(now), quotas(now), rate, (c) => c.req.header("x-test-address") ?? "address"),
    now,
    log: (entry) => log.push(entry),
    ...(options.audit ? { audit: () => "192.0.2.1" } : {}),
  });
  const request = async (path: string, init?: RequestInit) => await app.request(path, init);
  const ask: TestApp["ask"] = (form = { grant_type: "client_credentials" }) =>
    request("/token", { method: "POST", headers: { authorization: CLIENT }, body: new URLSearchParams(form) });
  const token: TestApp["token"] = async () => (await (await ask()).json()).access_token;
  const call: TestApp["call"] = (path, token, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    return request(path, { ...init, headers });
  };
  return {
    request,
    ask,
    token,
    call,
    file: async () => await call("/api/file/group", await token()),
    routes: app.routes,
    emulator,
    log,
    now,
    advance(ms) {
      time += ms;
    },
    intercept(fetch) {
      upstream = fetch ?? emulator.fetch;
    },
    async quiet() {
      while (background.size > 0) await Promise.allSettled(background);
    },
  };
}
