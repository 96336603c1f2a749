import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  auth0,
  type Auth0Options,
  type InitialTokens,
  SessionError,
  type Store,
  type Strategy,
} from "@xsignals/session";
import { CLIENTS, type OpenProvider } from "./open_oidc_provider.ts";
import { type WatchedSession, watchedSession } from "./watched_session.ts";

/** A session at the provider, its clock, and its token calls. */
export interface Account extends WatchedSession {
  /** The refresh token that the provider gave last. */
  newest(): string;
  /** The session's access token, gone at the provider. */
  dropAccessToken(): Promise<void>;
}

/** A session with the user's password that asks for a refresh token. */
export function openAccount(opened: OpenProvider, options: Partial<Auth0Options> = {}, store?: Store): Account {
  return accountOf(
    opened,
    auth0({
      username: "login",
      password: "password",
      scope: "offline_access",
      domain: opened.origin,
      ...CLIENTS.post,
      ...options,
    }),
    store,
  );
}

/** A session that holds tokens and no password. */
export function openHeld(opened: OpenProvider, tokens: InitialTokens): Account {
  return accountOf(opened, auth0({ tokens, domain: opened.origin, ...CLIENTS.post }));
}

/** A session with any strategy. */
export function accountOf({ api, provider }: OpenProvider, strategy: Strategy, store?: Store): Account {
  const watched = watchedSession(api, strategy, store ? { store } : {});
  const { session, calls } = watched;
  return {
    ...watched,
    newest: () => String(calls.log.findLast(({ answer }) => answer.refresh_token !== undefined)?.answer.refresh_token),
    async dropAccessToken() {
      const { value } = await session.token();
      await (await provider.AccessToken.find(value) ?? await provider.ClientCredentials.find(value))?.destroy();
    },
  };
}

/** Calls the API, and expects to be known. */
export async function assertKnown({ session }: Account, of = "login"): Promise<void> {
  const answer = await session.fetch("/file/group");
  assertEquals([answer.status, await answer.json()], [200, { of }]);
}

/** Calls the API, and expects the session to say why it cannot. */
export async function assertFails({ session }: Account, code: SessionError["code"], status?: number): Promise<void> {
  const error = await session.fetch("/file/group").catch((error) => error);
  assertInstanceOf(error, SessionError);
  assertEquals([error.code, error.status], [code, status]);
}
