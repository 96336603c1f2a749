// Refusals, with the codes and the headers of OAuth 2.
import type { ContentfulStatusCode } from "hono/utils/http-status";

/**
 * A refusal that knows its answer: its code is one of RFC 6749, 5.2 and 4.1.2.1, or RFC 6750, 3.1; its message goes to the
 * client as `error_description`.
 */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What the log is told, and the client is not. */
  readonly reason?: string;

  /** The description is in ASCII without `"` and `\`, which RFC 6749, 5.2 excludes, and quotes nothing of the request. */
  constructor(status: ContentfulStatusCode, code: string, description: string, headers: Record<string, string> = {}) {
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

/** A refusal that waiting for so many ms helps against. */
export function tryLater(status: 429 | 504, description: string, waitMs: number, headers: object = {}): OAuthError {
  const all = { ...headers, "retry-after": retryAfter(waitMs) };
  return new OAuthError(status, "temporarily_unavailable", description, all);
}

/** A time to wait as `Retry-After` has it: whole seconds, one at least and a day at most. */
export function retryAfter(waitMs: number): string {
  return String(Math.min(86_400, Math.max(1, Math.ceil(waitMs / 1000))));
}

const CHALLENGE = { "www-authenticate": 'Basic realm="token", charset="UTF-8"' };

/** A client that did not prove who it is. */
export function invalidClient(description: string): OAuthError {
  return new OAuthError(401, "invalid_client", description, CHALLENGE);
}

/** An assertion that proves nothing: `invalid_grant` of a platform's, `invalid_client` of the client's own. */
export class AssertionRefused extends OAuthError {
  /** Why, in one word, and the clients that it is about: the answer is always the same. */
  override readonly reason: string;

  constructor(reason: string, code: "invalid_grant" | "invalid_client" = "invalid_grant") {
    super(401, code, "Cannot accept the assertion: the log of this gateway says why", CHALLENGE);
    this.reason = reason;
  }
}

/** A request of the API whose token is missing (RFC 6750, 3: no error is named then) or not good. */
export function invalidToken(isMissing = false): OAuthError {
  const challenge = isMissing ? 'Bearer realm="api"' : 'Bearer realm="api", error="invalid_token"';
  const why = isMissing ? "the bearer token is missing" : "the token is wrong, expired or revoked";
  return new OAuthError(401, "invalid_token", `Cannot let the request through: ${why}`, {
    "www-authenticate": challenge,
  });
}

/** A request of the API whose token is good for something else (RFC 6750, 3.1). */
export function insufficientScope(scope: string): OAuthError {
  return new OAuthError(403, "insufficient_scope", `Cannot let the request through: the token needs ${scope}`, {
    "www-authenticate": `Bearer realm="api", error="insufficient_scope", scope="${scope}"`,
  });
}

/** A request with a method that its path does not have. */
export function wrongMethod(methods: readonly string[]): OAuthError {
  const headers = { allow: methods.join(", ") };
  return new OAuthError(405, "invalid_request", "Cannot use this method here: see Allow", headers);
}
