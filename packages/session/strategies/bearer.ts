import { defined } from "../errors.ts";
import { credentialOf, HEADER } from "../options.ts";
import { staticSource } from "../renewal/static.ts";
import type { Credential, Strategy, Token } from "../types.ts";
import { claims } from "../wire/token.ts";

/**
 * A bearer token that somebody else gets and renews.
 *
 * Use it for a token from another program or from your own token service. Not for a token with a refresh token: `login` and
 * `auth0` take those as `tokens` and renew them.
 *
 * @param token The token, or a function that gets it. The function is called once, and again if that token expires (a JWT
 *   says when) or is refused. A token given as text is used as it is; if it is refused, you get the 401.
 * @returns The strategy for `createSession`. It cannot change a password.
 * @throws {TypeError} If an HTTP header cannot carry the token.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-2.1 | RFC 6750, 2.1}
 *
 * @example
 * ```ts
 * import { bearer, createSession } from "@xsignals/session";
 * import { assertEquals } from "@std/assert";
 *
 * const session = createSession({ strategy: bearer("a-token") });
 *
 * assertEquals(await session.token(), { scheme: "Bearer", value: "a-token" });
 * ```
 */
export function bearer(token: string | (() => string | Promise<string>)): Strategy {
  const textOf = credentialOf("token", token, HEADER);
  return (context) => {
    const load = async () => tokenOf(await textOf());
    return staticSource(context, { load, fixed: typeof token === "string" ? tokenOf(token) : undefined });
  };
}

function tokenOf(value: string): Token {
  const { exp } = claims(value);
  return defined({ scheme: "Bearer", value, expiresAt: exp && exp * 1000 });
}

/**
 * An API key made in the platform, sent as `Authorization: ApiKey …`.
 *
 * Use it if the platform gave you a key. Its lifetime is unknown and it is never renewed: a 401 is final, unless the key is
 * a function, which is called again then. Never give the token of such a session to anybody: it is the key itself.
 *
 * @param key The key, or a function that gets it.
 * @returns The strategy for `createSession`. It cannot change a password.
 * @throws {TypeError} If an HTTP header cannot carry the key.
 *
 * @see {@link https://docs.api.northgravity.com/ | Platform's page}
 *
 * @example
 * ```ts
 * import { apiKey, createSession } from "@xsignals/session";
 * import { assertEquals } from "@std/assert";
 *
 * const session = createSession({ strategy: apiKey("a-key") });
 *
 * assertEquals(await session.token(), { scheme: "ApiKey", value: "a-key" });
 * ```
 */
export function apiKey(key: Credential): Strategy {
  const textOf = credentialOf("API key", key, HEADER);
  const credential = (value: string) => ({ scheme: "ApiKey", value });
  const load = async () => credential(await textOf());
  const fixed = typeof key === "string" ? credential(key) : undefined;
  return (context) => staticSource(context, { load, fixed });
}
