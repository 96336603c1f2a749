import { handwrittenFetch } from "../../../handwritten.ts";
import type { Caller, Surroundings } from "../../subject.ts";
import { refreshTokens } from "../../token_calls.ts";

/** The decorator that `deno task bench` compares with, too. */
export async function open(surroundings: Surroundings): Promise<Caller> {
  let tokens = await surroundings.logIn();
  return handwrittenFetch(surroundings.stub ?? fetch, {
    ...tokens,
    refresh: async () => tokens = await refreshTokens(surroundings, tokens.refreshToken),
  });
}
