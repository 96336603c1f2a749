/**
 * One process that runs the session's own code, and everything that reaches it from outside given to it: what the store
 * and the server answer, and what time it is.
 *
 * @module
 */
import { type Clock, createSession, type FetchLike, login, SessionError, type StoreEngine } from "@xsignals/session";
import { sharedStore } from "@xsignals/session/shared";
import { setImmediate } from "node:timers/promises";
import { withLimits } from "@xsignals/session/testing";
import { deterministicCrypto } from "../simulate/deterministic_crypto.ts";
import type { Answer, Request } from "./server.ts";

/** What a process asks of the outside world. */
type Question =
  | { readonly kind: "read" }
  | { readonly kind: "write"; readonly data: string; readonly over: string | null }
  | { readonly kind: "sleep"; readonly ms: number }
  | { readonly kind: "send"; readonly request: Request };

/** What it waits for; `id` counts its calls. */
export type Call = Question & { readonly id: number };

export interface Stored {
  readonly data: string;
  readonly version: string;
}

/** What a call is answered with; a sleep with nothing. */
export type Result = Stored | null | string | false | Answer | undefined;

/** A call that was answered, and when the process heard of it, in ms. */
export interface Happening {
  readonly call: number;
  readonly result: Result;
  readonly at: number;
  /** Whether its calls are counted anew from here on, so that they have the same numbers whatever it heard before. */
  readonly isBeginning?: boolean;
}

/** How a process ended: with an access token, told by the refresh token that came with it, or with an error. */
export type Outcome = { readonly token: string } | { readonly error: string };

/** Where a process stands: what it waits for, or how it ended. */
export interface Position {
  readonly calls: readonly Call[];
  readonly outcome?: Outcome;
  /** Whether it looked at its monotonic clock since it heard last. */
  readonly lookedAtClock: boolean;
}

/** A process by its name in a lease. Its wall clock is wrong, and stands still: nothing may depend on it. */
export interface Identity {
  readonly name: string;
  /** What its monotonic clock shows at the beginning, and how wrong its wall clock is, in ms. */
  readonly uptime: number;
  readonly skew: number;
}

/** What a session is made of. */
export interface Outside {
  readonly engine: StoreEngine;
  readonly clock: Required<Clock>;
  readonly fetch: FetchLike;
}

/** How the sessions are made: with user name and password, or with tokens alone. */
export interface Making {
  readonly credentials: boolean;
  readonly tokenDeadlineMs: number;
  readonly leaseMs: number;
  /** Puts something broken in place of what a session is made of: how a test shows that a rule can be broken. */
  readonly flaw?: (outside: Outside) => Partial<Outside>;
}

/** What the wall clock of a process without skew shows, in ms since 1970. */
const WALL = Date.UTC(2026, 0, 1);

const DAY = 86_400_000;

const CREDENTIALS = { username: "analyst", password: "a password" };

/** A pair that has expired on every clock, with the refresh token that the server gives out first. */
export const SEED = { accessToken: "expired", refreshToken: "seed-1", expiresAt: WALL - 2 * DAY };

/** The middle part of an access token that is good for a day. */
const CLAIMS = btoa(JSON.stringify({ iat: WALL / 1000, exp: (WALL + DAY) / 1000 })).replace(/=+$/, "");

/** What it asks, before a request is read. */
type Asked = Exclude<Question, { kind: "send" }> | { readonly kind: "send"; readonly request: Promise<Request> };

/**
 * Runs a process from its beginning: a session is made and asked for a token, and hears what happened, one thing after
 * the other; in between it runs on until there is nothing more that it can do.
 */
export async function runProcess(making: Making, who: Identity, history: readonly Happening[]): Promise<Position> {
  using _crypto = deterministicCrypto();
  using _name = named(who.name);
  const waiting = new Map<number, { readonly asked: Asked; answer(result: Result): void }>();
  let ids = 0;
  let now = 0;
  let lookedAtClock = false;
  let outcome: Outcome | undefined;

  function ask<T extends Result>(asked: Asked, signal?: AbortSignal): Promise<T> {
    const id = ids++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { asked, answer: (result) => resolve(result as T) });
      signal?.addEventListener("abort", () => {
        waiting.delete(id);
        reject(signal.reason);
      }, { once: true });
    });
  }

  const outside: Outside = {
    engine: {
      async read() {
        const stored = await ask<Stored | null>({ kind: "read" });
        return stored && { data: new TextEncoder().encode(stored.data), version: stored.version };
      },
      write: (data, over) => ask({ kind: "write", data: new TextDecoder().decode(data ?? undefined), over }),
    },
    clock: {
      now: () => WALL + who.skew,
      monotonic() {
        lookedAtClock = true;
        return who.uptime + now;
      },
      sleep: (ms, signal) => ask<undefined>({ kind: "sleep", ms }, signal),
    },
    /** Its answers have access tokens with the refresh token for a signature. */
    async fetch(address, init) {
      const request = requestOf(who.name, String(address), init);
      const { status, token } = await ask<Answer>({ kind: "send", request }, init?.signal ?? undefined);
      const pair = { token: `e.${CLAIMS}.${token}`, refreshToken: token };
      return token === undefined ? new Response(null, { status }) : Response.json(pair, { status });
    },
  };
  const { engine, clock, fetch } = { ...outside, ...making.flaw?.(outside) };
  const { tokenDeadlineMs, leaseMs } = making;
  const session = createSession({
    strategy: withLimits(login(making.credentials ? CREDENTIALS : { tokens: SEED }), { tokenDeadlineMs, leaseMs }),
    store: sharedStore(engine),
    clock,
    random: () => 0,
    fetch,
  });
  session.token().then(
    ({ value }) => outcome = { token: value.split(".")[2] ?? value },
    (error) => outcome = { error: error instanceof SessionError ? error.code : String(error) },
  );
  await setImmediate(); // all that can run without an answer from outside has run then: no timer, no socket
  for (const { call, result, at, isBeginning } of history) {
    now = at;
    lookedAtClock = false;
    const { answer } = waiting.get(call)!;
    waiting.delete(call);
    if (isBeginning) ids = 0;
    answer(result);
    await setImmediate();
  }
  const calls: Call[] = [];
  for (const [id, { asked }] of waiting) {
    calls.push(asked.kind === "send" ? { id, kind: "send", request: await asked.request } : { id, ...asked });
  }
  return { calls, ...(outcome ? { outcome } : {}), lookedAtClock };
}

async function requestOf(by: string, address: string, init?: RequestInit): Promise<Request> {
  const { pathname } = new URL(address);
  if (pathname === "/auth/login") return { what: "login", by };
  const { refreshToken } = await new Response(init?.body).json();
  return { what: pathname === "/auth/logout" ? "logout" : "refresh", token: refreshToken };
}

/** Gives the session that is made meanwhile this name in its leases. */
function named(name: string): Disposable {
  Object.defineProperty(crypto, "randomUUID", { value: () => name, configurable: true });
  return { [Symbol.dispose]: () => void Reflect.deleteProperty(crypto, "randomUUID") };
}
