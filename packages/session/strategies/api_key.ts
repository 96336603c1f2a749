import { checkCredential, HEADER, resolveCredential } from "../options.ts";
import { staticSource } from "../renewal/static.ts";
import type { Credential, Strategy, Token } from "../types.ts";

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
 * const session = createSession({
 *   strategy: apiKey("a-key"),
 *   fetch: (_input, init) => Promise.resolve(new Response(new Headers(init?.headers).get("authorization"))),
 * });
 *
 * assertEquals(await (await session.fetch("/file/group")).text(), "ApiKey a-key");
 * ```
 */
export function apiKey(key: Credential): Strategy {
  checkCredential("API key", key, HEADER);
  return (context) => {
    const load = async () => credential(await resolveCredential("API key", key, HEADER));
    return staticSource(context, { load, ...(typeof key === "string" ? { fixed: credential(key) } : {}) });
  };
}

function credential(key: string): Token {
  return { scheme: "ApiKey", value: key };
}
