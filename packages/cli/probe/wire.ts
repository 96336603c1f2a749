// All requests of the probe, counted: those of its session too. It looks at token answers, and keeps no token.
import type { FetchLike } from "@xsignals/session";
import { readText } from "./read_text.ts";

/** So many requests a probe sends at most. */
export const MAX_REQUESTS = 20;

/** So many requests a renewal takes at most: the refresh, a login if that is refused, and the call itself. */
export const RENEWAL_REQUESTS = 3;

const MAX_TOKENS = 1_048_576; // in bytes

/** What a login or a refresh answered. */
export interface SeenTokens {
  /** The status; 0 if the answer was lost. */
  readonly status: number;
  /** Whether it is an answer with a token. */
  readonly hasToken: boolean;
  /** Whether it has another refresh token than was sent. */
  readonly isChanged: boolean;
  /** Whether Auth0 answered. */
  readonly isSso: boolean;
  /** What it says of caches. */
  readonly caching: "no-store" | "nothing" | "another rule";
}

/** The probe's way to the servers. */
export interface Wire {
  /** Sends a request, if there may be one more. */
  readonly fetch: FetchLike;
  /** How many were sent. */
  sent(): number;
  /** Whether one more was asked for than may be sent. */
  isExhausted(): boolean;
  /** The next call of the API is answered with 401 here, and not sent: the session then renews its token. */
  refuseOnce(): void;
  /** Whether an answer is the one that `refuseOnce` made. */
  isRefused(response: Response): boolean;
  /** Whether a login was answered well. */
  hasLoggedIn(): boolean;
  /** The first refresh of the login that is used, once its answer was looked at; `undefined` if there was none. */
  refresh(): Promise<SeenTokens> | undefined;
  /** What the first answer with tokens says of caches. */
  caching(): Promise<SeenTokens["caching"] | undefined>;
  /** How far the API's clock is ahead, in ms, between two bounds. */
  skew(): { readonly low: number; readonly high: number } | undefined;
}

/** Counts requests over a `fetch`. */
export function createWire(fetch: FetchLike, now: () => number): Wire {
  let sent = 0;
  let isExhausted = false;
  let isRefusing = false;
  let refused: Response | undefined;
  let hasLoggedIn = false;
  let refresh: Promise<SeenTokens> | undefined;
  const seen: Promise<SeenTokens>[] = [];
  let skew: { low: number; high: number } | undefined;

  function watchClock({ headers }: Response, sentAt: number): void {
    const date = Date.parse(headers.get("date") ?? "");
    if (Number.isNaN(date) || headers.has("age")) return;
    const { low, high } = skew ?? { low: -Infinity, high: Infinity };
    skew = { low: Math.max(low, date - now()), high: Math.min(high, date + 999 - sentAt) };
  }

  return {
    async fetch(input, init) {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      const [, kind] = /\/(auth\/login|auth\/refresh|oauth\/token)$/.exec(pathname) ?? [];
      const hasCredential = new Headers(init?.headers).has("authorization");
      if (isRefusing && kind === undefined && hasCredential) {
        isRefusing = false;
        return refused = new Response(null, { status: 401 });
      }
      if (sent === MAX_REQUESTS) {
        isExhausted = true;
        // The code tells the session that nothing left, or it would take its refresh token for a spent one.
        const message = `Cannot send a request: the probe has sent ${MAX_REQUESTS}`;
        throw Object.assign(new TypeError(message), { code: "ECONNREFUSED" });
      }
      const given = kind === undefined ? undefined : await spentToken(init?.body);
      const isRefresh = given !== undefined;
      sent++;
      const sentAt = now();
      const isSso = kind === "oauth/token";
      const note = (tokens: Promise<SeenTokens>) => {
        seen.push(tokens);
        if (isRefresh) refresh ??= tokens;
      };
      const response = await fetch(input, init).catch((error) => {
        if (kind !== undefined) note(Promise.resolve({ ...NO_TOKENS, isSso }));
        throw error;
      });
      if (kind !== undefined) note(lookAt(response, given, isSso));
      if (kind?.startsWith("auth/") ?? hasCredential) watchClock(response, sentAt);
      if (kind !== undefined && !isRefresh && response.ok) {
        if (!hasLoggedIn) refresh = undefined; // it tells of a login that was kept, and may have been too old
        hasLoggedIn = true;
      }
      return response;
    },
    sent: () => sent,
    isExhausted: () => isExhausted,
    refuseOnce: () => isRefusing = true,
    isRefused: (response) => response === refused,
    hasLoggedIn: () => hasLoggedIn,
    refresh: () => refresh,
    caching: async () => (await Promise.all(seen)).find(({ hasToken }) => hasToken)?.caching,
    skew: () => skew,
  };
}

/** The refresh token that a request sends, as JSON to the API or as a form to Auth0. */
async function spentToken(body: BodyInit | null | undefined): Promise<string | undefined> {
  const text = await new Response(body).text();
  const token = parse(text).refreshToken ?? new URLSearchParams(text).get("refresh_token");
  return typeof token === "string" ? token : undefined;
}

/** Of an answer that was lost. */
const NO_TOKENS = { status: 0, hasToken: false, isChanged: false, caching: "nothing" } as const;

/** Looks at an answer with tokens beside the session, which reads it itself. */
async function lookAt(response: Response, given: string | undefined, isSso: boolean): Promise<SeenTokens> {
  const { status, ok } = response;
  const text = ok ? await readText(response.clone(), MAX_TOKENS).then(({ text }) => text, () => "") : "";
  const { token, access_token = token, refreshToken, refresh_token = refreshToken } = parse(text);
  const isChanged = typeof refresh_token === "string" && refresh_token !== "" && refresh_token !== given;
  return { status, isSso, hasToken: typeof access_token === "string", isChanged, caching: cachingOf(response) };
}

function cachingOf({ headers }: Response): SeenTokens["caching"] {
  const rule = headers.get("cache-control");
  return rule === null ? "nothing" : /\bno-store\b/i.test(rule) ? "no-store" : "another rule";
}

function parse(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
