/** What the upstream counted. */
export interface Counts {
  /** Calls of the token endpoint. */
  readonly tokenCalls: number;
  /** Of these: logins granted. */
  readonly logins: number;
  /** Of these: refresh tokens that had been spent before. */
  readonly spent: number;
  /** Calls of the API. */
  readonly apiCalls: number;
}

/** A token endpoint and an API on loopback. */
export interface Upstream {
  readonly origin: string;
  counts(): Counts;
  /** Moves its clock by so many ms. */
  advance(ms: number): void;
  /** Makes every access token handed out so far worthless; refresh tokens go on working. */
  revoke(): void;
  /** Whether the API answers 401 to everything, fresh tokens too. */
  refuseAll(isOn: boolean): void;
  stop(): Promise<void>;
}

/** How long an access token works, in s. */
const LIFETIME = 3600;

/** How long the token endpoint takes, in ms: it signs, and writes a row. */
const TOKEN_DELAY = 20;

/** 401s come back over this span, in ms, so that some arrive after a refresh has ended. */
const REFUSAL_SPAN = 61;

const PASSWORD_GRANTS = ["password", "http://auth0.com/oauth/grant-type/password-realm"];

/**
 * Serves a token endpoint whose refresh tokens rotate, and an API that takes the access tokens that it issued.
 *
 * A refresh token works once. The second use is refused with 401 and ends nothing else, which is the mildest that a server
 * with rotation does.
 */
export function serveUpstream(): Upstream {
  const expiries = new Map<string, number>(); // of access tokens
  const refreshTokens = new Map<string, "fresh" | "spent">();
  const counts = { tokenCalls: 0, logins: 0, spent: 0, apiCalls: 0 };
  let ahead = 0;
  let refusals = 0;
  let refusesAll = false;
  const now = () => Date.now() + ahead;

  function issue(): Response {
    const accessToken = accessTokenAt(now());
    const refreshToken = crypto.randomUUID();
    expiries.set(accessToken, now() + LIFETIME * 1000);
    refreshTokens.set(refreshToken, "fresh");
    const answer = {
      access_token: accessToken,
      refresh_token: refreshToken,
      token_type: "Bearer",
      expires_in: LIFETIME,
    };
    return Response.json(answer, { headers: { "cache-control": "no-store" } });
  }

  async function answerToken(request: Request): Promise<Response> {
    counts.tokenCalls++;
    const form = new URLSearchParams(await request.text());
    const grant = form.get("grant_type") ?? "";
    if (PASSWORD_GRANTS.includes(grant)) {
      counts.logins++;
      await pause(TOKEN_DELAY);
      return issue();
    }
    if (grant !== "refresh_token") return Response.json({ error: "unsupported_grant_type" }, { status: 400 });
    const token = form.get("refresh_token") ?? "";
    const state = refreshTokens.get(token);
    if (state === "fresh") refreshTokens.set(token, "spent");
    if (state === "spent") counts.spent++;
    await pause(TOKEN_DELAY);
    if (state === "fresh") return issue();
    return Response.json({ error: "invalid_grant", error_description: "Unknown or spent refresh token" }, {
      status: 401,
    });
  }

  async function answerApi(request: Request): Promise<Response> {
    counts.apiCalls++;
    const token = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "";
    if (!refusesAll && (expiries.get(token) ?? 0) > now()) return Response.json({ ok: true });
    await pause((refusals++ * 7) % REFUSAL_SPAN);
    const headers = { "www-authenticate": `Bearer realm="api", error="invalid_token"` };
    return Response.json({ error: "invalid_token" }, { status: 401, headers });
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/api/")) return answerApi(request);
    if (pathname === "/oauth/token" && request.method === "POST") return answerToken(request);
    return new Response(null, { status: 404 });
  });
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    counts: () => ({ ...counts }),
    advance: (ms) => void (ahead += ms),
    revoke: () => expiries.clear(),
    refuseAll: (isOn) => void (refusesAll = isOn),
    stop: () => server.shutdown(),
  };
}

/** A text as long as a JWT signed with RS256, with the claims that clients may read. */
export function accessTokenAt(ms: number): string {
  const iat = Math.floor(ms / 1000);
  const claims = {
    iss: "https://upstream.test",
    sub: "user",
    aud: "api",
    jti: crypto.randomUUID(),
    iat,
    exp: iat + LIFETIME,
  };
  return [{ alg: "RS256", typ: "JWT", kid: "1" }, claims]
    .map((part) =>
      new TextEncoder().encode(JSON.stringify(part)).toBase64({ alphabet: "base64url", omitPadding: true })
    )
    .concat("s".repeat(342)).join(".");
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
