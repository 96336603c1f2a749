import type { Caller, Surroundings } from "../../subject.ts";

/** The call itself, with a header that never changes. */
export async function open(surroundings: Surroundings): Promise<Caller> {
  const send = surroundings.stub ?? fetch;
  const { accessToken } = await surroundings.logIn();
  const init = { headers: { authorization: `Bearer ${accessToken}` } };
  return (url) => send(url, init);
}
