import { handwrittenFetch } from "../../../handwritten.ts";
import { type Caller, refreshTokens, type Surroundings } from "../../subject.ts";

/** The decorator that `deno task bench` compares with, too. */
export async function open(surroundings: Surroundings): Promise<Caller> {
  let tokens = await surroundings.logIn();
  return handwrittenFetch(surroundings.stub ?? fetch, {
    ...tokens,
    refresh: async () => tokens = await refreshTokens(surroundings, tokens.refreshToken),
  });
}
