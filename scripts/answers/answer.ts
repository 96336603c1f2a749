/** An answer of the emulator's own, as it announces it. */
export interface Answer {
  /** The server that it played. */
  readonly host: string;
  /** The operation; absent where there is none. */
  readonly operation?: string;
  readonly response: Response;
}

/** The name of what is answered where no operation is: another path, another method, or bytes that are no request. */
export const ELSEWHERE = "elsewhere";

/** Where an emulator looks for who listens to its answers. */
export const LISTENER: symbol = Symbol.for("@xsignals/emulator.answer");
