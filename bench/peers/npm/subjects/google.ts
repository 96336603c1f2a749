import { OAuth2Client } from "google-auth-library";
import type { Caller, Surroundings } from "../../subject.ts";

/**
 * `OAuth2Client.request` with its defaults, but for the platform's `fetch` in place of `node-fetch`. With
 * `forceRefreshOnFailure`, it answers a 401 to a token that has not expired. With `getRequestHeaders`, the platform's
 * `fetch` makes the call: less work each time, and no answer to a 401.
 */
export async function open(surroundings: Surroundings, setting?: string): Promise<Caller> {
  const { clientId, clientSecret, tokenUrl, stub: send = fetch } = surroundings;
  const usesHeaders = setting === "getRequestHeaders";
  const client = new OAuth2Client({
    clientId,
    clientSecret,
    endpoints: { oauth2TokenUrl: tokenUrl },
    transporterOptions: { fetchImplementation: usesHeaders ? fetch : send },
    ...(setting === "forceRefreshOnFailure" ? { forceRefreshOnFailure: true } : {}),
  });
  const { accessToken, refreshToken, expiresAt } = await surroundings.logIn();
  client.setCredentials({ access_token: accessToken, refresh_token: refreshToken, expiry_date: expiresAt });
  if (usesHeaders) return async (url) => send(url, { headers: await client.getRequestHeaders() });
  return (url) => client.request({ url });
}
