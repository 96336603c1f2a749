import type { Caller, Surroundings } from "../../subject.ts";
import { openPipeline } from "./azure.ts";

/** With `challengeCallbacks`, by which a user has it answer any 401: `claims` make it ask for another token. */
export function open(surroundings: Surroundings): Promise<Caller> {
  return openPipeline(surroundings, {
    async authorizeRequestOnChallenge({ scopes, request, getAccessToken }) {
      const token = await getAccessToken(scopes, { claims: "{}" });
      if (!token) return false;
      request.headers.set("authorization", `Bearer ${token.token}`);
      return true;
    },
  });
}
