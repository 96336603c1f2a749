import type { Auth, AuthToken } from "./gen/xsignals/core/auth.gen.ts";

/** What a call may bring as `auth`. */
export type CallAuth = AuthToken | ((auth: Auth) => Promise<AuthToken> | AuthToken);

/**
 * The call's `auth`, with user name and password of Basic in UTF-8 (RFC 7617): the generated runtime encodes characters,
 * which loses some and refuses others.
 */
export function utf8Auth(given: CallAuth): (auth: Auth) => Promise<AuthToken> {
  return async (auth) => {
    const token = typeof given === "function" ? await given(auth) : given;
    if (auth.scheme !== "basic" || !token) return token;
    let binary = "";
    for (const byte of new TextEncoder().encode(token)) binary += String.fromCharCode(byte);
    return binary;
  };
}
