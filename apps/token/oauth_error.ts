/** The error codes of RFC 6749, 5.2, and the two of 4.1.2.1 for a server in trouble. */
export type OAuthErrorCode =
  | "invalid_request"
  | "invalid_client"
  | "invalid_scope"
  | "unsupported_grant_type"
  | "temporarily_unavailable"
  | "server_error";

/** The statuses that such an error is answered with. */
export type OAuthErrorStatus = 400 | 401 | 404 | 405 | 413 | 500 | 503;

/** A refusal that knows its answer; its message goes to the client as `error_description`. */
export class OAuthError extends Error {
  /** `OAuthError`. */
  override readonly name = "OAuthError";
  /** The answer's status. */
  readonly status: OAuthErrorStatus;
  /** The answer's `error`. */
  readonly code: OAuthErrorCode;
  /** Headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  /** The description is in ASCII without `"` and `\`, which RFC 6749, 5.2 excludes, and quotes nothing of the request. */
  constructor(
    status: OAuthErrorStatus,
    code: OAuthErrorCode,
    description: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(description);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** A request that cannot be understood. */
export function invalidRequest(description: string): OAuthError {
  return new OAuthError(400, "invalid_request", description);
}

/** A client that did not prove who it is. */
export function invalidClient(description: string): OAuthError {
  return new OAuthError(401, "invalid_client", description, {
    "www-authenticate": 'Basic realm="token", charset="UTF-8"',
  });
}
