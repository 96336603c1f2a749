/**
 * What a file in `npm/subjects/` exports: how one library is set up, as its own documentation says.
 *
 * @module
 */

import type { Entry } from "./catalogue.ts";

/** Sets a subject up, in another way if there is a setting. Many callers at a time use the session that it makes. */
type Open = (surroundings: Surroundings, setting?: string) => Caller | Promise<Caller>;

/** Sets up the subject of a file in `npm/subjects/`. */
export async function openSubject(
  { file, setting }: Pick<Entry, "file" | "setting">,
  surroundings: Surroundings,
): Promise<Caller> {
  const { open }: { open: Open } = await import(new URL(`npm/subjects/${file}.ts`, import.meta.url).href);
  return await open(surroundings, setting);
}

/** One authenticated GET, as a user of the library would call it. It fails by rejecting, or with another status than 200. */
export type Caller = (url: string) => Promise<{ readonly status: number }>;

interface Client {
  /** Takes a form, with the grants `password`, Auth0's password realm, and `refresh_token`. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Surroundings extends Client {
  /** The upstream: the API under `/api/`, the token endpoint at `/oauth/token`. */
  readonly origin: string;
  readonly username: string;
  readonly password: string;
  logIn(): Promise<Tokens>;
  /** Carries the calls of the API in place of the network. */
  readonly stub?: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** A file that the processes of one account share. */
  readonly sharedFile?: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token expires, in ms since 1970. */
  readonly expiresAt: number;
}

export function refreshTokens(client: Client, refreshToken: string): Promise<Tokens> {
  return askForTokens(client, { grant_type: "refresh_token", refresh_token: refreshToken });
}

export async function askForTokens(
  { tokenUrl, clientId, clientSecret }: Client,
  members: Readonly<Record<string, string>>,
): Promise<Tokens> {
  const body = new URLSearchParams({ ...members, client_id: clientId, client_secret: clientSecret });
  const response = await fetch(tokenUrl, { method: "POST", body });
  const answer = await response.json();
  if (!response.ok) throw new Error(`Cannot get tokens: the server answered ${response.status}`);
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresAt: Date.now() + answer.expires_in * 1000,
  };
}
