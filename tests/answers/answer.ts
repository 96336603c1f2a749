/** A response that an emulator made, before a fault replaced, delayed or lost it. */
export interface Answer {
  /** The server that it played. */
  readonly host: string;
  /** The operation; absent where there is none. */
  readonly operation?: string;
  readonly response: Response;
}

/** The name of what is answered where no operation is: another path, another method, or bytes that are no request. */
export const ELSEWHERE = "elsewhere";
