/**
 * An answer other than success, thrown by a handler and turned into a response by its host: `message` for the API,
 * `code` and `message` as `error` and `error_description` for Auth0.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";

  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, more: { code?: string; headers?: Record<string, string> } = {}) {
    super(message);
    this.status = status;
    this.code = more.code ?? "invalid_request";
    this.headers = more.headers ?? {};
  }
}
