import { OAuth2Client, type OAuth2ClientOptions } from "google-auth-library";
import type { Caller, Surroundings } from "../../subject.ts";

/** `OAuth2Client.request` with its defaults, but for the platform's `fetch` in place of `node-fetch`. */
export function open(surroundings: Surroundings): Promise<Caller> {
  return openClient(surroundings);
}

/** The client, with more options. */
export async function openClient(surroundings: Surroundings, more: OAuth2ClientOptions = {}): Promise<Caller> {
  const { clientId, clientSecret, tokenUrl, stub } = surroundings;
  const client = new OAuth2Client({
    clientId,
    clientSecret,
    endpoints: { oauth2TokenUrl: tokenUrl },
    transporterOptions: { fetchImplementation: stub ?? fetch },
    ...more,
  });
  const { accessToken, refreshToken, expiresAt } = await surroundings.logIn();
  client.setCredentials({ access_token: accessToken, refresh_token: refreshToken, expiry_date: expiresAt });
  return (url) => client.request({ url });
}
