import { decodeProtectedHeader, errors, jwtVerify } from "jose";
import { type Keys, signJwt } from "./keys.ts";
import { randomText } from "./random.ts";
import { AUDIENCE, type Session } from "./session.ts";
import type { Settings } from "./settings.ts";

/** What an access token that was sent is worth. */
export type Checked =
  | { readonly outcome: "ok"; readonly session: Session }
  | { readonly outcome: "expired" | "invalid" };

/** The access tokens of both servers. Each is remembered, so that it can be taken back. */
export interface AccessTokens {
  /** Makes a token, for less than the session's scope if asked to; remembers it at once, before it is signed. */
  issue(session: Session, iss: string, scope?: readonly string[]): Promise<string>;
  /** Checks a token as the API does: signature, audience, expiry, and whether it was taken back. */
  check(token: string): Promise<Checked>;
  /** Takes back the tokens of the sessions that `which` picks. */
  drop(which: (session: Session) => boolean): void;
}

interface AccessRecord {
  readonly session: Session;
  readonly expiresAt: number;
}

/** Keeps, signs and checks access tokens. */
export function createAccessTokens(keys: Keys, settings: Settings): AccessTokens {
  const { now, readings, accessTokenLifetime, auth0AccessTokenLifetime } = settings;
  const lifetimes = { api: accessTokenLifetime, auth0: auth0AccessTokenLifetime };
  const records = new Map<string, AccessRecord>();

  function checkRecord(id: string): Checked {
    const record = records.get(id);
    if (!record || record.session.audience !== AUDIENCE[record.session.issuer]) return { outcome: "invalid" };
    return now() < record.expiresAt ? { outcome: "ok", session: record.session } : { outcome: "expired" };
  }

  async function checkJwt(token: string): Promise<Checked> {
    const { kid } = decodeProtectedHeader(token);
    const key = await keys.find(kid);
    if (!key) return { outcome: "invalid" };
    const { payload } = await jwtVerify(token, key.verify, {
      algorithms: [key.algorithm],
      audience: AUDIENCE[key.issuer],
      requiredClaims: ["iss", "sub", "jti"],
      currentDate: new Date(now()),
    });
    return checkRecord(payload.jti ?? "");
  }

  return {
    async issue(session, iss, scope = session.scope) {
      const iat = Math.floor(now() / 1000);
      const exp = iat + lifetimes[session.issuer] / 1000;
      const jti = randomText();
      records.set(jti, { session, expiresAt: exp * 1000 });
      if (readings.accessTokens === "opaque") return jti;
      const times = { both: { iat, exp }, no_exp: { iat }, no_iat: { exp }, none: {} }[readings.tokenTimes];
      return signJwt(await keys.of(session.issuer), { ...subject(session, iss, scope), jti, ...times });
    },
    async check(token) {
      if (readings.accessTokens === "opaque") return checkRecord(token);
      try {
        return await checkJwt(token);
      } catch (error) {
        if (error instanceof errors.JWTExpired) return { outcome: "expired" };
        if (error instanceof errors.JOSEError || error instanceof TypeError) return { outcome: "invalid" };
        throw error;
      }
    },
    drop(which) {
      for (const [id, { session }] of records) if (which(session)) records.delete(id);
    },
  };
}

/** Who the token is of and for. Auth0 adds an audience for `/userinfo` when `openid` was granted. */
function subject(session: Session, iss: string, scope: readonly string[]): Record<string, unknown> {
  const { issuer, user, client, audience } = session;
  if (issuer === "api") return { iss, sub: user, aud: audience };
  const userinfo = `${iss}userinfo`;
  const aud = audience === "" ? userinfo : scope.includes("openid") ? [audience, userinfo] : audience;
  return { iss, sub: `auth0|${user}`, aud, azp: client, scope: scope.join(" "), gty: "password" };
}
