import type { Process } from "./process.ts";

/** What a caller may ask of a session. */
export type CallKind = "get" | "post" | "stream" | "token" | "valid token" | "logout" | "change password" | "close";

/** Something that a session was asked for. */
export interface Call {
  readonly name: string;
  readonly kind: CallKind;
  readonly process: Process;
  readonly signal: AbortController;
  /** How it ended: a status, `done`, or the error. */
  ended?: { readonly status: number } | { readonly done: true } | { readonly error: unknown };
  /** Whether the session had been logged out before. */
  readonly afterLogout: boolean;
}
