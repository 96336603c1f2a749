// One question's request: sent once, with a deadline, and every way to fail in words of the probe's own.
import { DataError, type DataErrorCode } from "@xsignals/data";
import { type AccessToken, type Clock, type Session, SessionError } from "@xsignals/session";
import { retryAfterMs } from "@xsignals/session/retry";
import type { Notes } from "./notes.ts";
import { readText } from "./read_text.ts";
import { MAX_REQUESTS, type Wire } from "./wire.ts";

const DEADLINE = 30_000; // in ms, for an answer and its body
const MAX_ERROR = 65_536; // in bytes, of the body of an error
const MAX_JSON = 4_194_304; // in bytes, of a page of a list
const MAX_FAILURES = 2; // so many in a row end the probe

/** Why a question stays open. */
export class Missed extends Error {
  override readonly name = "Missed";
  /** What failed: an error of the libraries, or the reason of the signal. Absent if only the question has no answer. */
  readonly failure?: unknown;
  /** Nothing more can be asked. */
  readonly isEnd: boolean;

  constructor(why: string, failure?: unknown, isEnd = false) {
    super(why);
    this.failure = failure;
    this.isEnd = isEnd;
  }
}

/** What came, without its body. */
export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: Headers;
}

/** How to ask. */
export interface Asker {
  readonly session: Session;
  readonly wire: Wire;
  readonly notes: Notes;
  /** The access token. Throws like `call`. */
  token(): Promise<AccessToken>;
  /**
   * Sends a call of the API and reads its answer.
   *
   * @throws {Missed} If there is no answer, or one that says nothing of the question: 401, 429 and 5xx.
   */
  call<T>(path: string, init: RequestInit & { ms?: number }, read: (response: Response) => T | Promise<T>): Promise<T>;
  /** Sends a presigned link, without a credential. Throws like `call`. */
  open(link: string, headers: Readonly<Record<string, string>>): Promise<Answer>;
  /** A page of a list, as JSON. Throws like `call`, and for any other answer than a list. */
  list(path: string, query: Readonly<Record<string, string | number>>): Promise<Record<string, unknown>>;
}

/** Makes what asks. */
export function createAsker(session: Session, wire: Wire, clock: Clock, notes: Notes, signal?: AbortSignal): Asker {
  async function exchange<T>(
    send: (signal: AbortSignal) => Promise<Response>,
    read: (response: Response) => T | Promise<T>,
    ms: number,
  ): Promise<T> {
    const over = new AbortController();
    const ending = signal ? AbortSignal.any([over.signal, signal]) : over.signal;
    const late = clock.sleep(ms, over.signal).then(() => {
      throw failed("unreachable", `no answer within ${ms / 1000} s`);
    });
    let response: Response | undefined;
    const work = async () => {
      response = await send(ending);
      return await read(response);
    };
    try {
      return await Promise.race([work(), late]);
    } catch (error) {
      throw missedBy(error);
    } finally {
      over.abort();
      await response?.body?.cancel().catch(() => {});
    }
  }

  /** Why there is no answer. */
  function missedBy(error: unknown): Missed {
    if (signal?.aborted) return new Missed("the probe was interrupted", signal.reason, true);
    if (wire.isExhausted()) return new Missed(`${MAX_REQUESTS} requests were sent`, undefined, true);
    if (error instanceof SessionError) return new Missed("the login failed", error, true);
    if (error instanceof Missed) return error;
    if (Object(error).name === "NotCapable") return new Missed("the program may not reach the host; see --allow-net");
    return failed("unreachable", "the connection failed");
  }

  /** Throws if a server cannot answer now. */
  function checkStatus({ status, headers }: Response, who: string): void {
    if (status === 429) {
      const wish = retryAfterMs(headers, clock.now());
      const retryAt = wish === undefined ? undefined : clock.now() + wish;
      throw failed("rate_limited", `the ${who} asks to slow down (status 429)`, { status, retryAt }, true);
    }
    if (status >= 500) throw failed("unreachable", `the ${who} failed (status ${status})`, { status });
  }

  async function call<T>(
    path: string,
    { ms = DEADLINE, ...init }: RequestInit & { ms?: number },
    read: (response: Response) => T | Promise<T>,
  ): Promise<T> {
    const send = (signal: AbortSignal) => session.fetch(path, { redirect: "manual", ...init, signal });
    return await exchange(send, async (response) => {
      const { status } = response;
      if (wire.isRefused(response)) return await read(response); // the session could not renew its token
      if (status === 401) throw failed("forbidden", "the server refused the login (status 401)", { status }, true);
      checkStatus(response, "server");
      if (status >= 400) noteError(notes, (await readText(response.clone(), MAX_ERROR)).text);
      return await read(response);
    }, ms);
  }

  return {
    session,
    wire,
    notes,
    async token() {
      return await session.token({ signal }).catch((error) => {
        throw missedBy(error);
      });
    },
    call,
    async open(link, headers) {
      const init = { headers, redirect: "manual", credentials: "omit" } as const;
      return await exchange((signal) => wire.fetch(link, { ...init, signal }), (response) => {
        checkStatus(response, "file host");
        const { status, headers, ok } = response;
        return { status, headers, ok };
      }, DEADLINE);
    },
    async list(path, query) {
      const texts = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
      return await call(`${path}?${texts.join("&")}`, {}, jsonOf);
    },
  };
}

/**
 * Asks one question, or some that one request answers. What fails is why they stay open.
 *
 * @throws {Missed} If the probe has to end.
 */
export function createQuestioner(notes: Notes) {
  let inRow = 0;
  let first: unknown;
  return {
    async ask<T>(names: readonly string[], work: () => T | Promise<T>): Promise<T | undefined> {
      try {
        const result = await work();
        inRow = 0;
        return result;
      } catch (error) {
        if (!(error instanceof Missed)) throw error;
        notes.miss(names, error.message);
        first ??= error.failure;
        inRow = error.failure ? inRow + 1 : 0;
        if (error.isEnd || inRow === MAX_FAILURES) throw new Missed(error.message, error.failure, true);
      }
    },
    /** The first failure; absent if every request was answered. */
    failure: () => first,
  };
}

/** Asks questions one by one. */
export type Questioner = ReturnType<typeof createQuestioner>;

/**
 * The object in an answer of JSON.
 *
 * @throws {Missed} If it is something else.
 */
async function jsonOf(response: Response): Promise<Record<string, unknown>> {
  const { status, ok, headers } = response;
  if (status >= 300 && status < 400) {
    throw failed("unknown_path", `the server answered with a redirect (status ${status})`, { status });
  }
  if (!ok) throw new Missed(`the server answered with status ${status}`);
  const { text } = await readText(response, MAX_JSON);
  try {
    const json = JSON.parse(text);
    if (Object(json) === json) return json;
  } catch { // it is not JSON
  }
  const isPage = /^\s*</.test(text) || /\bhtml\b/i.test(headers.get("content-type") ?? "");
  throw failed("bad_response", `the server answered with ${isPage ? "a web page" : "something that is not JSON"}`);
}

/** An answer without its body, which must be JSON if it is a success: a web page says nothing of the question. */
export async function answerOf(response: Response): Promise<Answer> {
  const { status, ok, headers } = response;
  if (ok) await jsonOf(response);
  return { status, ok, headers };
}

/** The objects in a list of an answer, whichever of the names it has. */
export function entriesOf(answer: Record<string, unknown>, ...names: readonly string[]): Record<string, unknown>[] {
  const list = names.map((name) => answer[name]).find(Array.isArray) ?? [];
  return list.filter((entry) => Object(entry) === entry);
}

/** A failure that ends with an exit code of its own. */
export function failed(
  code: DataErrorCode,
  why: string,
  details: { status?: number; retryAt?: number } = {},
  isEnd = false,
): Missed {
  const retryable = code === "unreachable" || code === "rate_limited";
  return new Missed(why, new DataError(code, `Cannot finish the probe: ${why}`, { ...details, retryable }), isEnd);
}

function noteError(notes: Notes, text: string): void {
  if (notes.has("errorBody")) return;
  const isJson = /^\s*\{[^]*\}\s*$/.test(text);
  notes.find("errorBody", [text.trim() === "" ? "empty" : isJson ? "json" : /^\s*</.test(text) ? "html" : "text"]);
}
