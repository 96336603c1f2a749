import type { SourceStatus } from "@xsignals/session";

/** Whether the account's session works, or nothing is known against it yet: from what is known, without a call. */
export function isReady({ state, lastFailure }: SourceStatus): boolean {
  return state === "active" || (state !== "logged_out" && lastFailure === undefined);
}
