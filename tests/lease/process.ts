/**
 * One process that runs the session's own code, and everything that reaches it from outside given to it: what the store
 * and the server answer, and what time it is.
 *
 * @module
 */
import { type Clock, SessionError, type StoreEngine } from "@xsignals/session";
import { withLimits } from "@xsignals/session/testing";
import { deterministicCrypto } from "../simulate/deterministic_crypto.ts";
import type { SessionCode } from "./load_session.ts";
import type { Answer, Request } from "./server.ts";
import { refreshTokenOf, requestOf, responseOf, SEED, WALL, type WireCall } from "./wire.ts";

/** What a process asks of the outside world. */
type Question =
  | { readonly kind: "read" }
  | { readonly kind: "write"; readonly data: string; readonly over: string | null }
  | { readonly kind: "sleep"; readonly ms: number }
  | { readonly kind: "send"; readonly request: Request };

/** What it asked and waits for; `id` counts its calls. */
export type Call = Question & { readonly id: number };

/** The store's record: its bytes as text, and its version. */
export interface Stored {
  readonly data: string;
  readonly version: string;
}

/** What a call is answered with; a sleep with nothing. */
export type Result = Stored | null | string | false | Answer | undefined;

/** A call that was answered. */
export interface Happening {
  readonly call: number;
  readonly result: Result;
  /** When the process heard of it, in ms. */
  readonly at: number;
  /** Whether its calls are counted anew from here on, so that they have the same numbers whatever it heard before. */
  readonly isBeginning?: boolean;
}

/** How a process ended: with an access token, told by the refresh token that came with it, or with an error. */
export type Outcome = { readonly token: string } | { readonly error: string };

/** Where a process stands. */
export interface Position {
  /** What it waits for. */
  readonly calls: readonly Call[];
  /** How it ended. */
  readonly outcome?: Outcome;
  /** Whether it looked at its monotonic clock since it heard last. */
  readonly lookedAtClock: boolean;
}

/** Which process it is. */
export interface Identity {
  /** Its name in a lease. */
  readonly name: string;
  /** What its monotonic clock shows at the beginning, in ms. */
  readonly uptime: number;
  /** How wrong its wall clock is, in ms. It stands still: nothing may depend on it. */
  readonly skew: number;
}

/** How the sessions are made. */
export interface Making {
  readonly code: SessionCode;
  /** Whether they hold user name and password, or tokens alone. */
  readonly credentials: boolean;
  readonly tokenDeadlineMs: number;
  readonly leaseMs: number;
}

const CREDENTIALS = { username: "analyst", password: "a password" };

/** A call that waits for its answer. */
interface Waiting {
  readonly question: Exclude<Question, { kind: "send" }> | { readonly kind: "send"; readonly sent: WireCall };
  answer(result: Result): void;
}

/**
 * Runs a process from its beginning: a session is made and asked for a token, and hears what happened, one thing after
 * the other; in between it runs on until there is nothing more that it can do.
 */
export async function runProcess(making: Making, who: Identity, history: readonly Happening[]): Promise<Position> {
  using _crypto = deterministicCrypto();
  using _name = named(who.name);
  const waiting = new Map<number, Waiting>();
  let ids = 0;
  let now = 0;
  let lookedAtClock = false;
  let outcome: Outcome | undefined;

  function ask<T extends Result>(question: Waiting["question"], signal?: AbortSignal): Promise<T> {
    const id = ids++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { question, answer: (result) => resolve(result as T) });
      signal?.addEventListener("abort", () => {
        waiting.delete(id);
        reject(signal.reason);
      }, { once: true });
    });
  }

  const engine: StoreEngine = {
    async read() {
      const stored = await ask<Stored | null>({ kind: "read" });
      return stored && { data: new TextEncoder().encode(stored.data), version: stored.version };
    },
    write: (data, over) => ask({ kind: "write", data: new TextDecoder().decode(data ?? undefined), over }),
  };
  const clock: Clock = {
    now: () => WALL + who.skew,
    monotonic() {
      lookedAtClock = true;
      return who.uptime + now;
    },
    sleep: (ms, signal) => ask<undefined>({ kind: "sleep", ms }, signal),
  };
  const { code, tokenDeadlineMs, leaseMs } = making;
  const session = code.createSession({
    strategy: withLimits(code.login(making.credentials ? CREDENTIALS : { tokens: SEED }), { tokenDeadlineMs, leaseMs }),
    store: code.sharedStore(engine),
    clock,
    random: () => 0,
    fetch: async (address, init) => {
      const sent = { address, ...(init ? { init } : {}) };
      return responseOf(await ask<Answer>({ kind: "send", sent }, init?.signal ?? undefined));
    },
  });
  session.token().then(
    ({ value }) => outcome = { token: refreshTokenOf(value) },
    (error) => outcome = { error: error instanceof SessionError ? error.code : String(error) },
  );
  await idle();
  for (const { call, result, at, isBeginning } of history) {
    now = at;
    lookedAtClock = false;
    const asked = waiting.get(call);
    if (!asked) throw new Error(`${who.name} does not wait for call ${call}`);
    waiting.delete(call);
    if (isBeginning) ids = 0;
    asked.answer(result);
    await idle();
  }
  const calls: Call[] = [];
  for (const [id, { question }] of waiting) {
    if (question.kind === "send") calls.push({ id, kind: "send", request: await requestOf(who.name, question.sent) });
    else calls.push({ id, ...question });
  }
  return { calls, ...(outcome ? { outcome } : {}), lookedAtClock };
}

/** Resolves when all that can run without an answer from outside has run: nothing here waits for a timer or a socket. */
function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Gives the session that is made meanwhile this name in its leases. */
function named(name: string): Disposable {
  Object.defineProperty(crypto, "randomUUID", { value: () => name, configurable: true });
  return { [Symbol.dispose]: () => void Reflect.deleteProperty(crypto, "randomUUID") };
}
