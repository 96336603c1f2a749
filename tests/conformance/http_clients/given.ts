/** What a program that calls the API through a session is given. */
export interface Given {
  check(what: string, run: () => Promise<void>): Promise<void>;
  /** The session's base URL, and its `fetch`. */
  readonly baseUrl: string;
  readonly fetch: (request: Request) => Promise<Response>;
  /** Takes back the session's access token. */
  takeBack(): void;
  /** How many requests the emulator has received. */
  received(): number;
}
