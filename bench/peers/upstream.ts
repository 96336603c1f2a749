import { setTimeout as pause } from "node:timers/promises";
import { askForTokens, type Surroundings } from "./subject.ts";

/** How long an access token works, in s. */
const LIFETIME = 3600;

/** In ms: it signs, and writes a row. */
const TOKEN_DELAY = 20;

/** 401s come back over this span, in ms, so that some arrive after a refresh has ended. */
const REFUSAL_SPAN = 61;

const PASSWORD_GRANTS = ["password", "http://auth0.com/oauth/grant-type/password-realm"];

/**
 * Serves a token endpoint whose refresh tokens rotate, and an API that takes the access tokens that it issued.
 *
 * A refresh token works once. The second use is refused with 401 and ends nothing else, which is the mildest that a server
 * with rotation does. Not the emulator: that signs and checks real JWTs, which would hide what a library takes.
 */
export function serveUpstream() {
  const expiries = new Map<string, number>(); // of access tokens
  const refreshTokens = new Map<string, "fresh" | "spent">();
  const counts = { tokenCalls: 0, logins: 0, spent: 0, apiCalls: 0 }; // spent: refresh tokens that came a second time
  let ahead = 0;
  let refusals = 0;
  let refusesAll = false;
  const now = () => Date.now() + ahead;

  function issue(): Response {
    const [access, refresh] = [accessTokenAt(now()), crypto.randomUUID()];
    expiries.set(access, now() + LIFETIME * 1000);
    refreshTokens.set(refresh, "fresh");
    const answer = { access_token: access, refresh_token: refresh, token_type: "Bearer", expires_in: LIFETIME };
    return Response.json(answer, { headers: { "cache-control": "no-store" } });
  }

  async function answerToken(request: Request): Promise<Response> {
    counts.tokenCalls++;
    const form = new URLSearchParams(await request.text());
    const token = form.get("refresh_token") ?? "";
    const isLogin = PASSWORD_GRANTS.includes(form.get("grant_type") ?? "");
    const isFresh = refreshTokens.get(token) === "fresh";
    if (isLogin) counts.logins++;
    else if (isFresh) refreshTokens.set(token, "spent");
    else if (refreshTokens.has(token)) counts.spent++;
    await pause(TOKEN_DELAY);
    if (isLogin || isFresh) return issue();
    const refusal = { error: "invalid_grant", error_description: "Unknown or spent refresh token" };
    return Response.json(refusal, { status: 401 });
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
    return pathname === "/oauth/token" ? answerToken(request) : new Response(null, { status: 404 });
  });
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    counts: () => ({ ...counts }),
    advance: (ms: number) => void (ahead += ms),
    /** Makes every access token handed out so far worthless; refresh tokens go on working. */
    revoke: () => expiries.clear(),
    /** Whether the API answers 401 to everything, fresh tokens too. */
    refuseAll: (isOn: boolean) => void (refusesAll = isOn),
    stop: () => server.shutdown(),
  };
}

/** Text as long as a JWT signed with RS256, with the claims that clients may read. */
export function accessTokenAt(ms: number): string {
  const iat = Math.floor(ms / 1000);
  const ids = { iss: "https://upstream.test", sub: "user", aud: "api", jti: crypto.randomUUID() };
  return [{ alg: "RS256", typ: "JWT", kid: "1" }, { ...ids, iat, exp: iat + LIFETIME }]
    .map((part) => btoa(JSON.stringify(part)).replaceAll("=", "")) // no character that base64url writes differently
    .concat("s".repeat(342)).join(".");
}

/** What a subject is given: an upstream, or without one a stub that answers at once, so that only the library's work shows. */
export function surroundings(origin?: string, sharedFile?: string): Surroundings {
  const client = { clientId: "client", clientSecret: "secret-of-the-client" };
  const user = { username: "user", password: "password-of-the-user" };
  const base = origin ?? "http://127.0.0.1:9";
  const common = { ...client, ...user, origin: base, tokenUrl: `${base}/oauth/token` };
  if (origin !== undefined) {
    const logIn = () => askForTokens(common, { grant_type: "password", ...user });
    return { ...common, logIn, ...(sharedFile === undefined ? {} : { sharedFile }) };
  }
  const [answer, now] = [Promise.resolve(new Response(null)), Date.now()];
  const tokens = { accessToken: accessTokenAt(now), refreshToken: "refresh-token", expiresAt: now + LIFETIME * 1000 };
  return { ...common, logIn: () => Promise.resolve(tokens), stub: () => answer };
}
