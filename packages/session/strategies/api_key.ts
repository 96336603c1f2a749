import { checkCredential, HEADER, resolveCredential } from "../options.ts";
import { staticSource } from "../renewal/static.ts";
import type { Credential, Strategy } from "../types.ts";

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
  checkCredential("API key", key, HEADER);
  const credential = (value: string) => ({ scheme: "ApiKey", value });
  const load = async () => credential(await resolveCredential("API key", key, HEADER));
  const fixed = typeof key === "string" ? { fixed: credential(key) } : {};
  return (context) => staticSource(context, { load, ...fixed });
}
