/** What a {@link Refusal} has beside status and message. */
export interface RefusalDetails {
  /** The code: `error` at Auth0, `Code` at the file host; the API has none. */
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** More members of Auth0's error object. */
  readonly members?: Readonly<Record<string, string>>;
}

/** An answer other than success: thrown by a handler, and turned into a response by its host. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    { code = "invalid_request", headers = {}, members = {} }: RefusalDetails = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.members = members;
  }
}
