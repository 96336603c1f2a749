import type { Surroundings, Tokens } from "./subject.ts";

/** Who asks, and where. */
type Client = Pick<Surroundings, "tokenUrl" | "clientId" | "clientSecret">;

/** The refresh that a library leaves to its user. */
export function refreshTokens(client: Client, refreshToken: string): Promise<Tokens> {
  return askForTokens(client, { grant_type: "refresh_token", refresh_token: refreshToken });
}

/** Asks the token endpoint, as a user would write it. */
export async function askForTokens(client: Client, members: Readonly<Record<string, string>>): Promise<Tokens> {
  const { tokenUrl, clientId, clientSecret } = client;
  const response = await fetch(tokenUrl, {
    method: "POST",
    body: new URLSearchParams({ ...members, client_id: clientId, client_secret: clientSecret }),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`Cannot get tokens: the server answered ${response.status}`);
  }
  return tokensFrom(await response.json());
}

/** The token endpoint's answer. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
}

/** The tokens of an answer that has just come. */
export function tokensFrom(answer: TokenAnswer): Tokens {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresAt: Date.now() + answer.expires_in * 1000,
  };
}
