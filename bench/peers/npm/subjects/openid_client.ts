import {
  allowInsecureRequests,
  Configuration,
  type CustomFetch,
  customFetch,
  fetchProtectedResource,
  refreshTokenGrant,
} from "openid-client";
import type { Caller, Surroundings } from "../../subject.ts";

/** `refreshTokenGrant` and `fetchProtectedResource`; it has no session, so that "if expired, refresh" is the user's. */
export async function open(surroundings: Surroundings): Promise<Caller> {
  const { tokenUrl, clientId, clientSecret, stub } = surroundings;
  const config = new Configuration(
    { issuer: "https://upstream.test", token_endpoint: tokenUrl },
    clientId,
    clientSecret,
  );
  allowInsecureRequests(config);
  if (stub) config[customFetch] = ((url, options) => stub(url, options as RequestInit)) satisfies CustomFetch;
  let tokens = await surroundings.logIn();
  return async (url) => {
    if (tokens.expiresAt <= Date.now()) {
      const answer = await refreshTokenGrant(config, tokens.refreshToken);
      tokens = {
        accessToken: answer.access_token,
        refreshToken: answer.refresh_token ?? tokens.refreshToken,
        expiresAt: Date.now() + (answer.expires_in ?? 0) * 1000,
      };
    }
    return await fetchProtectedResource(config, tokens.accessToken, new URL(url), "GET");
  };
}
