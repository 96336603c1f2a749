import { resolveCredential } from "../credential.ts";
import { staticSource } from "../sources/static.ts";
import { checkSecret } from "../token.ts";
import type { Credential, Strategy, Token } from "../types.ts";

/**
 * An API key made in the platform, sent as `Authorization: ApiKey …`.
 *
 * Use it where the platform gave you a key. It has no known lifetime and is never renewed: a 401 is final, unless the key
 * is a function, which is asked again then. Never hand the token of such a session to anybody, it is the key itself.
 *
 * @param key The key, or a function that gets it.
 * @returns The strategy for `createSession`. It cannot change a password.
 * @throws {TypeError} When the key cannot stand in a header.
 *
 * @see {@link https://docs.api.northgravity.com/ | Platform's page}
 *
 * @example
 * ```ts
 * import { apiKey, createSession } from "@xsignals/session";
 * import { assertEquals } from "@std/assert";
 *
 * const session = createSession({
 *   strategy: apiKey("a-key"),
 *   fetch: (_input, init) => Promise.resolve(new Response(new Headers(init?.headers).get("authorization"))),
 * });
 *
 * assertEquals(await (await session.fetch("/file/group")).text(), "ApiKey a-key");
 * ```
 */
export function apiKey(key: Credential): Strategy {
  if (typeof key !== "function") checkSecret("API key", key);
  return (io) => {
    const load = async () => credential(await resolveCredential("API key", key));
    return staticSource(io, typeof key === "function" ? { load } : { load, fixed: credential(key) });
  };
}

function credential(key: string): Token {
  return { scheme: "ApiKey", value: checkSecret("API key", key) };
}
