/**
 * The app over the emulator, on a clock that the test moves.
 *
 * @module
 */
import { createEmulator, type Emulator } from "@xsignals/emulator";
import { createSession, type FetchLike, login, type Strategy } from "@xsignals/session";
import { createApp } from "../app.ts";
import { parseClients } from "../clients.ts";
import type { LogEntry } from "../log.ts";

/** What a test may change. */
export interface TestAppOptions {
  /** How the session authenticates; by default as the emulator's user. */
  readonly strategy?: Strategy;
  /** What a token should have left, in ms. */
  readonly minValidMs?: number;
}

/** The app, and what a test looks at. */
export interface TestApp {
  /** Sends a request to the app. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Asks for a token as the one client. */
  ask(form?: Readonly<Record<string, string>>): Promise<Response>;
  /** The upstream. */
  readonly emulator: Emulator;
  /** What the app wrote. */
  readonly log: readonly LogEntry[];
  /** Moves the time, in ms. */
  advance(ms: number): void;
  /** Puts something else between the session and the emulator; without an argument, nothing. */
  intercept(fetch?: FetchLike): void;
}

/** The one client, as Basic. */
export const CLIENT = `Basic ${btoa("client:secret")}`;

/** Makes the app. */
export function testApp({ strategy, minValidMs = 60_000 }: TestAppOptions = {}): TestApp {
  let time = Date.UTC(2030, 0, 1);
  const now = () => time;
  const emulator = createEmulator({ users: { login: "password" }, now });
  let upstream: FetchLike = emulator.fetch;
  const session = createSession({
    strategy: strategy ?? login({ username: "login", password: "password" }),
    fetch: (input, init) => upstream(input, init),
    clock: { now, sleep: () => new Promise(() => {}) },
    waitBudgetMs: 3_000,
  });
  const log: LogEntry[] = [];
  const app = createApp({
    session,
    clients: parseClients("client:secret"),
    minValidMs,
    now,
    log: (entry) => log.push(entry),
  });
  const request = async (path: string, init?: RequestInit) => await app.request(path, init);
  return {
    request,
    ask: (form = { grant_type: "client_credentials" }) =>
      request("/token", { method: "POST", headers: { authorization: CLIENT }, body: new URLSearchParams(form) }),
    emulator,
    log,
    advance(ms) {
      time += ms;
    },
    intercept(fetch) {
      upstream = fetch ?? emulator.fetch;
    },
  };
}
