import { assertEquals, assertInstanceOf } from "@std/assert";
import { createSession, type FetchLike, SessionError, type Store, type Strategy } from "@xsignals/session";
import { movableClock } from "./movable_clock.ts";

/** How long the servers' access tokens live, in ms. */
export const LIFETIME = 3_600_000;

/** A call to a token endpoint, and what came back. */
export interface TokenCall {
  /** `grant_type`; for a revocation the last part of the path. */
  readonly grant: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly status: number;
  readonly answer: Readonly<Record<string, unknown>>;
}

/** A session at a server that others wrote, its clock, and its token calls. */
export type Watched = ReturnType<typeof watch>;

/** Makes a session whose clock can be moved and whose token calls are logged. */
export function watch(api: FetchLike, strategy: Strategy, store?: Store) {
  const clock = movableClock();
  const log: TokenCall[] = [];
  let told = 0;
  let lose = false;

  async function tokenFetch(...given: Parameters<FetchLike>): Promise<Response> {
    const request = new Request(...given);
    const parameters = Object.fromEntries(new URLSearchParams(await request.clone().text()));
    const response = await fetch(request);
    const text = await response.clone().text();
    const grant = parameters.grant_type ?? new URL(request.url).pathname.split("/").at(-1)!;
    log.push({ grant, parameters, status: response.status, answer: text.startsWith("{") ? JSON.parse(text) : {} });
    if (!lose) return response;
    lose = false;
    await response.body?.cancel();
    throw new TypeError("error sending request");
  }

  return {
    session: createSession({ strategy, fetch: api, tokenFetch, clock, waitBudgetMs: 0, ...store ? { store } : {} }),
    clock,
    log,
    /** The grants of the token calls since the last time that this was asked. */
    since: () => log.slice(told, told = log.length).map(({ grant }) => grant),
    /** The refresh token that the server gave last. */
    newest: () => String(log.findLast(({ answer }) => answer.refresh_token !== undefined)?.answer.refresh_token),
    /** Loses the next answer to a token call, after the server has made it. */
    loseNext: () => void (lose = true),
  };
}

/** Calls the API so many times at once, and expects to be known. */
export async function assertKnown({ session }: Watched, of = "login", times = 1): Promise<void> {
  await Promise.all(Array.from({ length: times }, async () => {
    const answer = await session.fetch("/file/group");
    assertEquals([answer.status, await answer.json()], [200, { of }]);
  }));
}

/** Calls the API, or does other work, and expects the session to say why it cannot. */
export async function assertFails(
  { session }: Watched,
  code: SessionError["code"],
  status?: number,
  work: Promise<unknown> = session.fetch("/file/group"),
): Promise<void> {
  const error = await work.catch((error) => error);
  assertInstanceOf(error, SessionError);
  assertEquals([error.code, error.status], [code, status]);
}
