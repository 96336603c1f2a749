import { askForTokens } from "./token_calls.ts";
import type { Surroundings } from "./subject.ts";
import { accessTokenAt } from "./upstream.ts";

const CLIENT = { clientId: "client", clientSecret: "secret-of-the-client" };
const USER = { username: "user", password: "password-of-the-user" };

/** An upstream that is there. */
export function surroundingsAt(origin: string, sharedFile?: string): Surroundings {
  const client = { ...CLIENT, tokenUrl: `${origin}/oauth/token` };
  return {
    origin,
    ...client,
    ...USER,
    logIn: () => askForTokens(client, { grant_type: "password", ...USER }),
    ...(sharedFile === undefined ? {} : { sharedFile }),
  };
}

/** No network: calls of the API are answered at once by one empty 200, so that nothing but the library's work shows. */
export function stubSurroundings(): Surroundings {
  const answer = Promise.resolve(new Response(null));
  const now = Date.now();
  const tokens = { accessToken: accessTokenAt(now), refreshToken: "refresh-token", expiresAt: now + 3_600_000 };
  return { ...surroundingsAt("http://127.0.0.1:9"), logIn: () => Promise.resolve(tokens), stub: () => answer };
}
