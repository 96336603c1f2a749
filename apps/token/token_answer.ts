/** The answer to a client that gets a token (RFC 6749, 5.1). */
export interface TokenAnswer {
  /** The token. A secret. */
  readonly access_token: string;
  /** Always `Bearer`. */
  readonly token_type: "Bearer";
  /** Whole seconds that it has left; absent when nobody knows. */
  readonly expires_in?: number;
  /** What it is good for; absent where there are no scopes. */
  readonly scope?: string;
}
