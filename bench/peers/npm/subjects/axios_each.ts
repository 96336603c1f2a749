import type { Caller, Surroundings } from "../../subject.ts";
import { openAxios } from "./axios.ts";

/** With `deduplicateRefresh: false`, by which a 401 that comes during a refresh waits for it instead of failing. */
export function open(surroundings: Surroundings): Promise<Caller> {
  return openAxios(surroundings, { deduplicateRefresh: false });
}
