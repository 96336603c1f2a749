import { type Accounts, createAccounts } from "./accounts.ts";
import { type AccessTokens, createAccessTokens } from "./access_tokens.ts";
import { createFileStore, type FileStore } from "./file_store.ts";
import { createKeys, type Keys } from "./keys.ts";
import { createRefreshTokens, type RefreshTokens } from "./refresh_tokens.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import { createSignedLinks, type SignedLinks } from "./signed_links.ts";

/** Everything that the servers remember, and the settings that they go by. */
export interface State {
  readonly settings: Settings;
  readonly keys: Keys;
  readonly accounts: Accounts;
  readonly refreshTokens: RefreshTokens;
  readonly accessTokens: AccessTokens;
  readonly files: FileStore;
  readonly links: SignedLinks;
  /** Begins a session; ends the user's others at that server, if an account may have only one. */
  startSession(start: Omit<Session, "startedAt" | "generation" | "ended">): Session;
  /** Ends the sessions that `which` picks: their refresh tokens, and their access tokens if asked to. */
  endSessions(which: (session: Session) => boolean, also: { readonly accessTokens: boolean }): void;
}

/** The state of a new emulator. */
export function createState(settings: Settings): State {
  const { now, readings } = settings;
  const keys = createKeys(settings.auth0Algorithm);
  const refresh = { overlap: readings.overlap, lifetime: settings.refreshTokenLifetime };
  const refreshTokens = createRefreshTokens({
    api: { ...refresh, rotation: readings.rotation, sliding: true },
    auth0: { ...refresh, rotation: readings.auth0Rotation, sliding: false },
  });
  const accessTokens = createAccessTokens(keys, settings);
  const sessions = new Set<Session>();

  function endSessions(which: (session: Session) => boolean, also: { readonly accessTokens: boolean }): void {
    for (const session of sessions) {
      if (!which(session)) continue;
      session.ended = true;
      sessions.delete(session);
    }
    if (also.accessTokens) accessTokens.drop(which);
  }

  return {
    settings,
    keys,
    refreshTokens,
    accessTokens,
    endSessions,
    accounts: createAccounts(settings.users, readings.lockoutAfter),
    files: createFileStore(settings.groups, settings.files, now),
    links: createSignedLinks(settings.origins.files[0]!, settings.linkLifetime, now),
    startSession(start) {
      if (readings.sessions === "one") {
        endSessions(({ issuer, user }) => issuer === start.issuer && user === start.user, { accessTokens: true });
      }
      const session = { ...start, startedAt: now(), generation: 0, ended: false };
      sessions.add(session);
      return session;
    },
  };
}
