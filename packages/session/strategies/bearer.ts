import { resolveCredential } from "../credential.ts";
import { staticSource } from "../sources/static.ts";
import { checkSecret, tokenFromHeld } from "../token.ts";
import type { Strategy } from "../types.ts";

/**
 * A bearer token that somebody else gets and renews.
 *
 * Use it for a token from another program or from your own token service. Not for a token with a refresh token: `login` and
 * `auth0` take those as `tokens` and renew them.
 *
 * @param token The token, or a function that gets it: asked once, and again when that token expires (a JWT says when) or is
 *   refused. A token given as text is used as it is; when it is refused, the 401 is the answer.
 * @returns The strategy for `createSession`. It cannot change a password.
 * @throws {TypeError} When the token cannot stand in a header.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-2.1 | RFC 6750, 2.1}
 *
 * @example
 * ```ts
 * import { bearer, createSession } from "@xsignals/session";
 * import { assertEquals } from "@std/assert";
 *
 * const session = createSession({
 *   strategy: bearer("a-token"),
 *   fetch: (_input, init) => Promise.resolve(new Response(new Headers(init?.headers).get("authorization"))),
 * });
 *
 * assertEquals(await (await session.fetch("/file/group")).text(), "Bearer a-token");
 * ```
 */
export function bearer(token: string | (() => string | Promise<string>)): Strategy {
  if (typeof token !== "function") checkSecret("token", token);
  return (io) => {
    const load = async () => tokenFromHeld({ accessToken: await resolveCredential("token", token) }, io.clock.now());
    if (typeof token === "function") return staticSource(io, { load });
    return staticSource(io, { load, fixed: tokenFromHeld({ accessToken: token }, io.clock.now()) });
  };
}
