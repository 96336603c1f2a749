/**
 * The server: rotating refresh tokens, each good once; one that comes back ends all that came from the same login.
 *
 * It is a value, and every call makes another, so that a state of the check can hold it.
 *
 * @module
 */

/** What is asked of the server; a login is known by the process that sends it. */
export type Request =
  | { readonly what: "login"; readonly by: string }
  | { readonly what: "refresh" | "logout"; readonly token: string };

/** The logins that are good, by name, and the number of each one's newest pair. */
export type Server = Readonly<Record<string, number>>;

/** What it answers, perhaps with the refresh token of a new pair. */
export interface Answer {
  readonly status: number;
  readonly token?: string;
}

export function isPair(result: unknown): result is Answer & { readonly token: string } {
  return typeof result === "object" && result !== null && "status" in result && "token" in result;
}

export function answer(server: Server, request: Request): readonly [Server, Answer] {
  if (request.what === "login") {
    return [{ ...server, [request.by]: 1 }, { status: 200, token: tokenName(request.by, 1) }];
  }
  const [login, pair] = parse(request.token);
  const { [login]: newest, ...others } = server;
  if (newest === undefined) return [server, { status: 401 }];
  if (request.what === "logout") return [others, { status: 200 }];
  if (pair !== newest) return [others, { status: 401 }];
  return [{ ...server, [login]: pair + 1 }, { status: 200, token: tokenName(login, pair + 1) }];
}

/** The refresh tokens that it would take. */
export function livingTokens(server: Server): string[] {
  return Object.entries(server).map(([login, pair]) => tokenName(login, pair));
}

/** Whether access tokens that came with the refresh token work. */
export function isServed(server: Server, token: string): boolean {
  return server[parse(token)[0]] !== undefined;
}

export function nameOf(request: Request): string {
  if (request.what === "login") return "a login";
  return request.what === "logout" ? `the end of ${request.token}` : request.token;
}

function tokenName(login: string, pair: number): string {
  return `${login}-${pair}`;
}

function parse(token: string): [login: string, pair: number] {
  const [login, pair] = token.split("-");
  return [login!, Number(pair)];
}
