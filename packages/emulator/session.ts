/** Whose tokens they are: the API's own, or Auth0's. */
export type Issuer = "api" | "auth0";

/** One login and all that came of it: its access tokens, and its refresh tokens, each got for the one before. */
export interface Session {
  readonly issuer: Issuer;
  /** The user's login. */
  readonly user: string;
  /** When it began, in milliseconds since 1970. */
  readonly startedAt: number;
  /** The Auth0 client that logged in. */
  readonly client?: string;
  /** What Auth0 granted. */
  readonly scope?: readonly string[];
  /** The API that Auth0's access tokens are for. */
  readonly audience?: string;
  /** How often its refresh tokens were exchanged. */
  generation: number;
  /** Whether its refresh tokens work no longer. */
  ended: boolean;
}
