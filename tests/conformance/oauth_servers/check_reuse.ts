import { assertEquals } from "@std/assert";
import type { InitialTokens } from "@xsignals/session";
import type { Check } from "../judge.ts";
import { CLIENTS, type OpenProvider, PASSWORD_REALM } from "./oidc_provider.ts";
import { assertFails, assertKnown, LIFETIME, type Watched } from "./watched_session.ts";

/** What comes after a refresh token was used twice: the server ends all that came of the login. */
export async function checkReuse(check: Check, opened: OpenProvider): Promise<void> {
  async function known(): Promise<Watched> {
    const account = opened.account();
    await assertKnown(account);
    return account;
  }

  /** Tokens of a login of its own. */
  async function heldTokens(): Promise<Required<InitialTokens>> {
    const { session, newest } = await known();
    const { value, expiresAt = 0 } = await session.token();
    return { accessToken: value, refreshToken: newest(), expiresAt };
  }

  /** Spends a refresh token as the client, past every session. */
  async function spend(refresh_token: string): Promise<number> {
    const { clientId: client_id, clientSecret: client_secret } = CLIENTS.post;
    const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token, client_id, client_secret });
    const answer = await fetch(`${opened.origin}/oauth/token`, { method: "POST", body });
    await answer.body?.cancel();
    return answer.status;
  }

  async function assertNotRevoked(accessToken: unknown): Promise<void> {
    const found = await opened.provider.AccessToken.find(String(accessToken));
    assertEquals(found?.accountId, "login", "the family was revoked");
  }

  await check("with credentials the session logs in again when somebody else has spent its refresh token", async () => {
    const account = await known();
    assertEquals(await spend(account.newest()), 200);
    account.clock.advance(LIFETIME);
    await assertKnown(account);
    assertEquals(account.since(), [PASSWORD_REALM, "refresh_token", PASSWORD_REALM]);
    assertEquals([account.log[1]?.status, account.log[1]?.answer.error], [400, "invalid_grant"]);
    assertEquals(account.session.status().state, "active");
  });
  await check("a family that was revoked costs one login, when the API says 401", async () => {
    const account = await known();
    const spent = account.newest();
    account.clock.advance(LIFETIME);
    await assertKnown(account);
    assertEquals(await spend(spent), 400);
    await assertKnown(account, "login", 20);
    assertEquals(account.since(), [PASSWORD_REALM, "refresh_token", "refresh_token", PASSWORD_REALM]);
  });
  await check("without credentials the session says that a login is needed, and keeps quiet", async () => {
    const tokens = await heldTokens();
    const held = opened.held(tokens);
    assertEquals(await spend(tokens.refreshToken), 200);
    held.clock.advance(LIFETIME);
    await assertFails(held, "login_required");
    await Promise.all(Array.from({ length: 20 }, () => assertFails(held, "login_required")));
    assertEquals(held.since(), ["refresh_token"]);
    assertEquals(held.session.status().lastFailure, "login_required");
  });
  await check("two copies of a refresh token, in stores of their own, end both without credentials", async () => {
    const tokens = await heldTokens();
    const [first, second] = [opened.held(tokens), opened.held(tokens)] as const;
    for (const { clock } of [first, second]) clock.advance(LIFETIME);
    await assertKnown(first);
    await assertFails(second, "login_required");
    await assertFails(first, "login_required");
    assertEquals([first.since(), second.since()], [["refresh_token", "refresh_token"], ["refresh_token"]]);
  });
  await check("a refresh token whose answer was lost is not sent again: the session logs in", async () => {
    const account = await known();
    const { value } = await account.session.token();
    account.clock.advance(LIFETIME);
    account.loseNext();
    await assertKnown(account);
    assertEquals(account.since(), [PASSWORD_REALM, "refresh_token", PASSWORD_REALM]);
    await assertNotRevoked(value);
  });
  await check("without credentials a lost answer is not asked for again, which would end the family", async () => {
    const held = opened.held(await heldTokens());
    held.clock.advance(LIFETIME);
    held.loseNext();
    await assertFails(held, "login_required");
    await assertFails(held, "login_required");
    assertEquals(held.since(), ["refresh_token"]);
    await assertNotRevoked(held.log[0]?.answer.access_token);
  });
}
