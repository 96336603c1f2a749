import type { Process } from "./process.ts";

/** A refresh token that the server made, and what became of it. */
export interface RefreshFacts {
  readonly name: string;
  readonly value: string;
  /** The exchange whose answer brought it; absent for one that a person brought. */
  readonly from: Exchange | undefined;
  /** The exchanges that sent it to be renewed, and to be ended, oldest first. */
  readonly sends: Exchange[];
  readonly ends: Exchange[];
  spent: boolean;
}

/** One request of a session, as seen from both ends. */
export interface Exchange {
  readonly id: number;
  readonly process: Process;
  readonly operation: string;
  /** When it was sent, in ms: by the true clock, and by the wall clock of its process. */
  readonly sentAt: number;
  readonly sentByClock: number;
  /** What a renewal sends: a password, the client's secret or a refresh token. */
  readonly credential: string | undefined;
  /** Whether it finds out which password is in force. */
  readonly settles: boolean;
  readonly refresh: RefreshFacts | undefined;
  /** Aborted when the sender waits no longer. */
  readonly gaveUp: AbortController;
  /** The status that the server itself answered with; absent when it never handled the request. */
  handled?: number;
  issued?: { readonly access: string; readonly refresh?: RefreshFacts };
  got?: number | "lost" | "not sent";
  endedAt?: number;
  /** Whether the answer says that the credentials are wrong. */
  rejected?: boolean;
  /** How long the answer asks to wait, in ms; `NaN` if it says so by a date, or in another way. */
  wish?: number;
  /** Whether the store took what its process wrote next. */
  remembered?: boolean;
  /** Whether the new tokens reached the session. */
  received: boolean;
  open: boolean;
}

/** What a run knows of tokens and requests, beyond what any session knows. */
export type Facts = ReturnType<typeof createFacts>;

export function createFacts() {
  /** How the trace calls each secret. */
  const secrets = new Map<string, string>();
  const refreshTokens = new Map<string, RefreshFacts>();
  let accessTokens = 0;

  function refreshToken(value: string, from?: Exchange): RefreshFacts {
    let facts = refreshTokens.get(value);
    if (!facts) {
      facts = { name: `R${refreshTokens.size}`, value, from, sends: [], ends: [], spent: false };
      refreshTokens.set(value, facts);
      secrets.set(value, facts.name);
    }
    return facts;
  }

  const exchanges: Exchange[] = [];
  return {
    exchanges,
    secrets,
    refreshTokens,
    issue(json: unknown, from?: Exchange): Exchange["issued"] {
      const [access, refresh] = tokensIn(json);
      if (access === undefined) return undefined;
      const name = secrets.get(access) ?? `A${accessTokens++}`;
      secrets.set(access, name);
      return { access: name, ...(refresh === undefined ? {} : { refresh: refreshToken(refresh, from) }) };
    },
    /** Takes note of a write to the store: it has what the process learned since its last one. */
    written(process: Process, isWritten: boolean): void {
      for (const one of exchanges) if (one.process === process && one.got !== undefined) one.remembered ??= isWritten;
    },
    nameOf: (text: string) => secrets.get(text) ?? "an unknown one",
  };
}

/** The access token and the refresh token of an answer, of either server. */
export function tokensIn(json: unknown): readonly (string | undefined)[] {
  const { token, access_token, refreshToken, refresh_token } = Object(json);
  return [token ?? access_token, refreshToken ?? refresh_token];
}

export function operationOf(address: string, body: string): string {
  const { pathname } = new URL(address);
  if (pathname.startsWith("/auth/")) return pathname.slice("/auth/".length);
  if (pathname === "/oauth/revoke") return "logout";
  if (pathname !== "/oauth/token") return "api";
  return body.includes("grant_type=refresh_token") ? "refresh" : "login";
}

/** The refresh token in the body of a token call, JSON or a form. */
export function refreshTokenIn(body: string): string {
  if (body.startsWith("{")) return String(JSON.parse(body).refreshToken ?? "");
  const form = new URLSearchParams(body);
  return form.get("refresh_token") ?? form.get("token") ?? "";
}

/** The password in a login, or the client's secret if it has none. */
export function passwordIn(authorization: string, body: string): string {
  const form = new URLSearchParams(body);
  return form.get("password") ?? form.get("client_secret") ?? atob(authorization.slice("Basic ".length)).split(":")[1]!;
}
