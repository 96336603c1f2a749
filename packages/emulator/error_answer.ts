/** What an {@link ErrorAnswer} has besides its status and message. */
export interface ErrorDetails {
  /** The code: `error` at Auth0, `Code` at the file host. The API has none. */
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** More members of Auth0's error object. */
  readonly members?: Readonly<Record<string, string>>;
}

/** An answer other than success. A handler throws it, and its server turns it into a response in its own form. */
export class ErrorAnswer extends Error {
  override readonly name = "ErrorAnswer";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, string>>;

  /** @param message Goes to the client: it must not contain a secret. */
  constructor(
    status: number,
    message: string,
    { code = "invalid_request", headers = {}, members = {} }: ErrorDetails = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.members = members;
  }
}
