import { auth0, createSession } from "@xsignals/session";
import type { Caller, Surroundings } from "../../subject.ts";

/** A session of one process, with its tokens in memory. */
export async function open({ origin, clientId, clientSecret, logIn, stub }: Surroundings): Promise<Caller> {
  const session = createSession({
    strategy: auth0({ tokens: await logIn(), clientId, clientSecret, domain: origin }),
    baseUrl: origin,
    ...(stub ? { fetch: stub } : {}),
  });
  return session.fetch;
}
