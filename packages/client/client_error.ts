/**
 * What an operation with `throwOnError` throws, whatever went wrong: a status, a code, a short message without a secret.
 *
 * Without `throwOnError` the answer's body comes back as `error` instead, and the status in `response.status`. A wrong use
 * of an operation is a `TypeError`, and a caller's own abort stays what its signal says.
 *
 * @example
 * ```ts
 * import { ClientError, connect, listFileGroups } from "@xsignals/client";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(new Response(null, { status: 401 })) });
 * const error = await assertRejects(() => listFileGroups({ client, throwOnError: true }), ClientError);
 *
 * assertEquals([error.status, error.code], [401, "http_error"]);
 * ```
 */
export class ClientError extends Error {
  /** `ClientError`. */
  override readonly name = "ClientError";
  /**
   * What went wrong: `http_error` (the server answered with an error, see {@link ClientError.status}), `unreachable` (no
   * answer), `bad_response` (a success that cannot be read), an OAuth error code such as `invalid_grant`, or the code of the
   * session that the client is connected by, such as `login_required`.
   */
  readonly code: string;
  /** The HTTP status, if there was an answer. */
  readonly status?: number;
  /**
   * Whether the same call may succeed later though nobody changes anything: `false` too where it is unknown what became of
   * it, as of a POST without an answer.
   */
  readonly retryable: boolean;
  /** When to try again, in milliseconds since 1970 on this machine's clock, if the server or the session said. */
  declare readonly retryAt?: number;

  /**
   * Makes the error; the operations do.
   *
   * @param code What went wrong.
   * @param message What could not be done, a colon, and the state that prevented it; no secret.
   * @param status The HTTP status, if there was an answer.
   * @param retry Whether to try again, and when.
   */
  constructor(
    code: string,
    message: string,
    status?: number,
    retry: { readonly retryable?: boolean; readonly retryAt?: number } = {},
  ) {
    super(message);
    this.code = code;
    if (status !== undefined) this.status = status;
    this.retryable = retry.retryable ?? false;
    if (retry.retryAt !== undefined) this.retryAt = retry.retryAt;
  }
}

/**
 * Makes the error of a failed call. Nothing of a foreign error but its class is shown: its message may quote a token.
 *
 * @param call What was called, as `GET /path/{template}`.
 * @param error The body of an error answer, or what was thrown.
 * @param response The answer, if there was one.
 */
export function toClientError(call: string, error: unknown, response: Response | undefined): ClientError {
  if (error instanceof ClientError) return error;
  const status = response?.status;
  if (isSessionError(error)) return new ClientError(error.code, error.message, status, error);
  const mayRepeat = /^(GET|HEAD) /.test(call);
  if (response === undefined) {
    const message = `Cannot call ${call}: no answer (${className(error)})`;
    return new ClientError("unreachable", message, status, { retryable: mayRepeat });
  }
  const code = oauthCode(error);
  if (response.ok && code === undefined) {
    return new ClientError("bad_response", `Cannot read the answer to ${call}: it is not what the spec says`, status);
  }
  const isPassing = response.status === 429 || response.status === 503 ||
    (mayRepeat && [502, 504].includes(response.status));
  const retry = isPassing ? { retryable: true, retryAt: retryAtOf(response) } : {};
  const how = `${status}${redirectTo(response.headers.get("location"))}`;
  return new ClientError(code ?? "http_error", `Cannot call ${call}: the server answered ${how}`, status, retry);
}

/** The host that a redirect leads to: its path and query may be a secret. */
function redirectTo(location: string | null): string {
  return location !== null && URL.canParse(location) ? `, a redirect to ${new URL(location).hostname}` : "";
}

/** When the server wants to be asked again (RFC 9110, 10.2.3): seconds, or a date, which is compared with its own `Date`. */
function retryAtOf({ headers }: Response): number | undefined {
  const after = headers.get("retry-after")?.trim() ?? "";
  const now = Date.now();
  const ms = /^\d+$/.test(after) ? Number(after) * 1_000 : Date.parse(/\d:\d\d/.test(after) ? after : "") -
    (Date.parse(headers.has("age") ? "" : headers.get("date") ?? "") || now);
  return ms >= 0 ? now + Math.min(ms, 86_400_000) : undefined;
}

/** The session's errors carry no secret; they are known by name, since the client does not import the session. */
function isSessionError(error: unknown): error is Error & { code: string; retryable?: boolean; retryAt?: number } {
  return error instanceof Error && error.name === "SessionError" && "code" in error && typeof error.code === "string";
}

function className(error: unknown): string {
  return error instanceof Error && /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : typeof error;
}

function oauthCode(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("error" in body)) return undefined;
  return typeof body.error === "string" && /^[a-z_]{1,40}$/.test(body.error) ? body.error : undefined;
}
