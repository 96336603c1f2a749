import { auth0, createSession } from "@xsignals/session";
import { fileStore } from "@xsignals/session/file";
import type { Caller, Surroundings } from "../../subject.ts";

/** A session that the processes of one machine share by a file; whoever is first logs in. */
export function open({ origin, clientId, clientSecret, username, password, sharedFile }: Surroundings): Caller {
  const session = createSession({
    strategy: auth0({ username, password, clientId, clientSecret, domain: origin }),
    baseUrl: origin,
    ...(sharedFile === undefined ? {} : { store: fileStore({ path: sharedFile }) }),
  });
  return session.fetch;
}
