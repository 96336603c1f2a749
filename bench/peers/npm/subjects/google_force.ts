import type { Caller, Surroundings } from "../../subject.ts";
import { openClient } from "./google.ts";

/** With `forceRefreshOnFailure`, by which it answers a 401 to a token that has not expired. */
export function open(surroundings: Surroundings): Promise<Caller> {
  return openClient(surroundings, { forceRefreshOnFailure: true });
}
