import { connect } from "@xsignals/client";
import { openidConfiguration } from "@xsignals/client/auth0";
import { bearer, createSession, type Session } from "@xsignals/session";
import { kvStore } from "@xsignals/session/kv";

/** What must not compile, or the declarations say nothing; never run. */
export function wrong(session: Session): void {
  // @ts-expect-error: a strategy is not a text
  createSession({ strategy: "bearer" });
  // @ts-expect-error: there is no such option
  createSession({ strategy: bearer("token"), retries: 3 });
  // @ts-expect-error: the key is a list
  kvStore({ key: "session" });
  // @ts-expect-error: this is the API's client, and the operation Auth0's
  openidConfiguration({ client: connect(session) });
}
