import { decodeProtectedHeader, errors, jwtVerify } from "jose";
import { randomText, signJwt } from "./keys.ts";
import type { Report } from "./log.ts";
import type { Issuer } from "./operations.ts";
import type { RefreshToken, Session, State } from "./state.ts";

/** The `aud` that the API wants in a token: Auth0's is documented, the one of its own tokens is not. */
export const AUDIENCE: Readonly<Record<Issuer, string>> = { api: "xsignals", auth0: "https://xpansiv/platform" };

/** The session of a refresh token, and the next refresh token; without rotation, the one that was sent. */
export interface Exchanged {
  readonly session: Session;
  readonly refreshToken: string;
}

/** Makes an access token, with a smaller scope than the session's if asked to; remembers it before it is signed. */
export async function issueAccessToken(
  { accessTokens, keys, settings }: State,
  session: Session,
  iss: string,
  scope: readonly string[] = session.scope,
): Promise<string> {
  const { now, assumptions, accessTokenLifetime, auth0AccessTokenLifetime } = settings;
  const iat = Math.floor(now() / 1000);
  const exp = iat + (session.issuer === "api" ? accessTokenLifetime : auth0AccessTokenLifetime) / 1000;
  const jti = randomText();
  accessTokens.set(jti, { session, expiresAt: exp * 1000 });
  if (assumptions.accessTokens === "opaque") return jti;
  const times = { both: { iat, exp }, no_exp: { iat }, no_iat: { exp }, none: {} }[assumptions.tokenTimes];
  return await signJwt(await keys.of(session.issuer), { ...subject(session, iss, scope), jti, ...times });
}

/**
 * Checks an access token like the API does: signature, audience, expiry, and whether it was revoked.
 *
 * @returns The token's session, or the reason why the token does not work.
 */
export async function checkAccessToken(state: State, token: string): Promise<Session | "expired" | "invalid"> {
  if (state.settings.assumptions.accessTokens === "opaque") return checkId(state, token);
  try {
    const key = await state.keys.find(decodeProtectedHeader(token).kid);
    if (!key) return "invalid";
    const { payload } = await jwtVerify(token, key.verify, {
      algorithms: [key.algorithm],
      audience: AUDIENCE[key.issuer],
      requiredClaims: ["iss", "sub", "jti"],
      currentDate: new Date(state.settings.now()),
    });
    return checkId(state, payload.jti ?? "");
  } catch (error) {
    if (error instanceof errors.JWTExpired) return "expired";
    if (error instanceof errors.JOSEError || error instanceof TypeError) return "invalid";
    throw error;
  }
}

/** A new refresh token for a session. Auth0's lifetime counts from the login, the API's from the token's issue. */
export function issueRefreshToken({ refreshTokens, settings }: State, session: Session): string {
  const token = randomText();
  const start = session.issuer === "api" ? settings.now() : session.startedAt;
  const expiresAt = start + settings.refreshTokenLifetime;
  refreshTokens.set(token, { session, generation: session.generation, expiresAt });
  return token;
}

/**
 * Exchanges a refresh token for the next one. It has no `await`, so that only one of two callers with the same token
 * succeeds.
 *
 * @param text The refresh token.
 * @param holder The server that was asked, and the client that asked Auth0.
 * @returns Undefined if the token is unknown, spent, expired, or another holder's.
 */
export function exchangeRefreshToken(
  state: State,
  text: string,
  holder: Pick<Session, "issuer" | "client">,
  report: Report,
): Exchanged | undefined {
  const { refreshTokens, settings: { now } } = state;
  const token = refreshTokens.get(text);
  if (!token) return undefined;
  const { session } = token;
  if (session.issuer !== holder.issuer) return void report("foreign_token");
  if (session.client !== holder.client) return undefined;
  const rotation = rotationOf(state, session);
  if (token.spentAt !== undefined && !overlaps(state, token)) {
    if (rotation !== "on") session.ended = true;
    return void report("spent_refresh_token");
  }
  if (!works(state, token)) return undefined;
  if (rotation === "off") return { session, refreshToken: text };
  token.spentAt ??= now();
  session.generation = Math.max(session.generation, token.generation + 1);
  return { session, refreshToken: issueRefreshToken(state, session) };
}

/** The session of a refresh token that could be exchanged now. */
export function sessionOf(state: State, text: string): Session | undefined {
  const token = state.refreshTokens.get(text);
  return token && token.spentAt === undefined && works(state, token) ? token.session : undefined;
}

function checkId({ accessTokens, settings }: State, id: string): Session | "expired" | "invalid" {
  const token = accessTokens.get(id);
  if (!token || token.session.audience !== AUDIENCE[token.session.issuer]) return "invalid";
  return settings.now() < token.expiresAt ? token.session : "expired";
}

/** The claims that name user, client and audience. Auth0 adds an audience for `/userinfo` if `openid` was granted. */
function subject(session: Session, iss: string, scope: readonly string[]): Record<string, unknown> {
  const { issuer, user, client, audience } = session;
  if (issuer === "api") return { iss, sub: user, aud: audience };
  const userinfo = `${iss}userinfo`;
  const aud = audience === "" ? userinfo : scope.includes("openid") ? [audience, userinfo] : audience;
  return { iss, sub: `auth0|${user}`, aud, azp: client, scope: scope.join(" "), gty: "password" };
}

function works({ settings }: State, { session, expiresAt }: RefreshToken): boolean {
  return !session.ended && settings.now() < expiresAt;
}

/** Whether a spent token works once more: only the one before the newest, and only for a while. */
function overlaps(state: State, { session, generation, spentAt = -Infinity }: RefreshToken): boolean {
  const { now, assumptions: { overlap } } = state.settings;
  return rotationOf(state, session) === "overlap" && generation === session.generation - 1 &&
    now() - spentAt <= overlap;
}

function rotationOf({ settings: { assumptions } }: State, { issuer }: Session): string {
  return issuer === "api" ? assumptions.rotation : assumptions.auth0Rotation;
}
