/**
 * What a file in `npm/subjects/` exports: how one library is set up, as its own documentation says.
 *
 * @module
 */

/** Sets a subject up. The session that it makes is used by many callers at a time. */
export type Open = (surroundings: Surroundings) => Caller | Promise<Caller>;

/** One authenticated GET, as a user of the library would call it. It fails by rejecting, or by another status than 200. */
export type Caller = (url: string) => Promise<{ readonly status: number }>;

/** What a subject is given. */
export interface Surroundings {
  /** The upstream: the API under `/api/`, the token endpoint at `/oauth/token`. */
  readonly origin: string;
  /** The token endpoint: a form, with the grants `password`, Auth0's password realm, and `refresh_token`. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
  /** Logs in once, and resolves with the tokens. */
  logIn(): Promise<Tokens>;
  /** Carries the calls of the API in place of the network. */
  readonly stub?: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** A file that the processes of one account share. */
  readonly sharedFile?: string;
}

/** A login's tokens. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token expires, in ms since 1970. */
  readonly expiresAt: number;
}
