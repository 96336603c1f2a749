/** Whose tokens they are: the API's own, or Auth0's. */
export type Issuer = "api" | "auth0";

/** The `aud` that the API wants in a token: Auth0's is documented, that of its own tokens is not. */
export const AUDIENCE: Readonly<Record<Issuer, string>> = { api: "xsignals", auth0: "https://xpansiv/platform" };

/** One login and all that came of it: its access tokens, and its refresh tokens, each got for the one before. */
export interface Session {
  readonly issuer: Issuer;
  /** The user's login. */
  readonly user: string;
  /** The Auth0 client that logged in. */
  readonly client?: string;
  /** The API that its access tokens are for; empty when Auth0 was asked for none. */
  readonly audience: string;
  /** What Auth0 granted. */
  readonly scope: readonly string[];
  /** When it began, in milliseconds since 1970. */
  readonly startedAt: number;
  /** How often its refresh tokens were exchanged. */
  generation: number;
  /** Whether its refresh tokens work no longer. */
  ended: boolean;
}
