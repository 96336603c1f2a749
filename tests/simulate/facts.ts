import type { Process } from "./process.ts";

/** A refresh token that the server made, and what became of it. */
export interface RefreshFacts {
  /** How the trace calls it. */
  readonly name: string;
  readonly value: string;
  /** The exchange whose answer brought it; absent for one that a person brought. */
  readonly from?: Exchange;
  /** The calls that sent it to be renewed, oldest first. */
  readonly sends: Exchange[];
  /** The calls that sent it to be ended. */
  readonly ends: Exchange[];
  /** Whether the server exchanged it for another one. */
  spent: boolean;
}

/** One request of a session, as seen from both ends. */
export interface Exchange {
  readonly id: number;
  readonly process: Process;
  readonly operation: string;
  /** When it was sent, in ms since the run began. */
  readonly sentAt: number;
  /** When it was sent, by the wall clock of its process. */
  readonly sentByClock: number;
  /** Whether it finds out which password is in force. */
  readonly settles: boolean;
  /** The access token that it carried, by name. */
  readonly access?: string;
  /** The refresh token that it carried. */
  readonly refresh?: RefreshFacts;
  /** The status that the server itself answered with; absent when it never handled the request. */
  handled?: number;
  /** What the server made for it. */
  issued?: { readonly access: string; readonly refresh?: RefreshFacts };
  /** What came back: a status, or that the answer was lost, or that nothing was sent. */
  got?: number | "lost" | "not sent";
  /** Whether the new tokens reached the session. */
  received: boolean;
  /** Whether the session still waits. */
  open: boolean;
}

/** What a run knows of tokens and requests, beyond what any session knows. */
export interface Facts {
  readonly exchanges: readonly Exchange[];
  /** The text of every secret. */
  readonly secrets: ReadonlySet<string>;
  readonly refreshTokens: Iterable<RefreshFacts>;
  /** Opens an exchange. */
  send(
    about: Pick<Exchange, "process" | "operation" | "sentAt" | "sentByClock" | "settles" | "access" | "refresh">,
  ): Exchange;
  /** Takes note of tokens that the server made. */
  issue(json: unknown, from?: Exchange): Exchange["issued"];
  /** Takes note of a secret, by name. */
  secret(text: string, name: string): void;
  /** How the trace calls a secret. */
  nameOf(text: string): string;
  refreshOf(text: string): RefreshFacts | undefined;
}

/** Starts with nothing known. */
export function createFacts(): Facts {
  const exchanges: Exchange[] = [];
  const names = new Map<string, string>();
  const secrets = new Set<string>();
  const refreshTokens = new Map<string, RefreshFacts>();
  let accessTokens = 0;

  function secret(text: string, name: string): void {
    names.set(text, name);
    secrets.add(text);
  }

  function newRefresh(value: string, from: Exchange | undefined): RefreshFacts {
    const known = refreshTokens.get(value);
    if (known) return known;
    const facts: RefreshFacts = {
      name: `R${refreshTokens.size}`,
      value,
      ...(from ? { from } : {}),
      sends: [],
      ends: [],
      spent: false,
    };
    refreshTokens.set(value, facts);
    secret(value, facts.name);
    return facts;
  }

  return {
    exchanges,
    secrets,
    refreshTokens: { [Symbol.iterator]: () => refreshTokens.values() },
    send(about) {
      const exchange: Exchange = { ...about, id: exchanges.length, received: false, open: true };
      exchanges.push(exchange);
      return exchange;
    },
    issue(json, from) {
      const members = new Map<string, unknown>(Object.entries(json ?? {}));
      const access = members.get("token") ?? members.get("access_token");
      const refresh = members.get("refreshToken") ?? members.get("refresh_token");
      if (typeof access !== "string") return undefined;
      const name = names.get(access) ?? `A${accessTokens++}`;
      secret(access, name);
      return { access: name, ...(typeof refresh === "string" ? { refresh: newRefresh(refresh, from) } : {}) };
    },
    secret,
    nameOf: (text) => names.get(text) ?? "an unknown one",
    refreshOf: (text) => refreshTokens.get(text),
  };
}
