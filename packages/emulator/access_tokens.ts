import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from "jose";
import type { Keys, SigningKey } from "./keys.ts";
import { randomText } from "./random.ts";
import type { Issuer, Session } from "./session.ts";

/** What the API checks in the `aud` of a token; Auth0's is documented, the API's own is not. */
const AUDIENCE = { api: "xsignals", auth0: "https://xpansiv/platform" } as const;

/** What an access token that was sent is worth. */
export type Checked =
  | { readonly outcome: "ok"; readonly session: Session }
  | { readonly outcome: "expired" | "invalid" };

/** The access tokens of both servers: JWTs that are remembered, so that they can be taken back. */
export interface AccessTokens {
  /** Signs a token; remembers it at once, before the signature is there. */
  issue(session: Session, issuer: string): Promise<string>;
  /** Checks a token as the API does: signature, audience, expiry, and whether it was taken back. */
  check(token: string): Promise<Checked>;
  /** Takes back the tokens of the sessions that `which` picks, as if they had never been issued. */
  drop(which: (session: Session) => boolean): void;
}

interface AccessRecord {
  readonly session: Session;
  readonly expiresAt: number;
}

/** Keeps and signs access tokens. `lifetimes` in milliseconds, whole seconds. */
export function createAccessTokens(
  keys: Keys,
  lifetimes: Readonly<Record<Issuer, number>>,
  now: () => number,
): AccessTokens {
  const records = new Map<string, AccessRecord>();

  async function keyOf(token: string): Promise<[SigningKey, Issuer] | undefined> {
    const { kid } = decodeProtectedHeader(token);
    for (const issuer of ["api", "auth0"] as const) {
      const key = await keys[issuer]();
      if (key.id === kid) return [key, issuer];
    }
  }

  return {
    async issue(session, issuer) {
      const iat = Math.floor(now() / 1000);
      const exp = iat + lifetimes[session.issuer] / 1000;
      const jti = randomText();
      records.set(jti, { session, expiresAt: exp * 1000 });
      const key = await keys[session.issuer]();
      return new SignJWT({ ...claims(session, issuer), jti, iat, exp })
        .setProtectedHeader({ alg: key.algorithm, typ: "JWT", kid: key.id })
        .sign(key.sign);
    },
    async check(token) {
      try {
        const found = await keyOf(token);
        if (!found) return { outcome: "invalid" };
        const [{ algorithm, verify }, issuer] = found;
        const { payload } = await jwtVerify(token, verify, {
          algorithms: [algorithm],
          audience: AUDIENCE[issuer],
          requiredClaims: ["iss", "sub", "jti"],
          currentDate: new Date(now()),
        });
        const record = records.get(payload.jti!);
        if (!record) return { outcome: "invalid" };
        return now() < record.expiresAt ? { outcome: "ok", session: record.session } : { outcome: "expired" };
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

function claims(session: Session, issuer: string): Record<string, unknown> {
  if (session.issuer === "api") return { iss: issuer, sub: session.user, aud: AUDIENCE.api };
  const { client, scope = [], audience = "" } = session;
  const userinfo = `${issuer}userinfo`;
  const aud = audience === "" ? userinfo : scope.includes("openid") ? [audience, userinfo] : audience;
  return { iss: issuer, sub: `auth0|${session.user}`, aud, azp: client, scope: scope.join(" "), gty: "password" };
}
