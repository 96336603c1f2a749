import { assertEquals } from "@std/assert";
import type { InitialTokens } from "@xsignals/session";
import type { Check } from "../judge.ts";
import { type Account, assertFails, assertKnown, openAccount, openHeld } from "./account.ts";
import { CLIENTS, LIFETIME, type OpenProvider, PASSWORD_REALM } from "./open_oidc_provider.ts";

/** What comes after a refresh token was used twice: the server ends all that came of the login. */
export async function checkReuse(check: Check, opened: OpenProvider): Promise<void> {
  await check("with credentials the session logs in again when somebody else has spent its refresh token", async () => {
    const account = await known(opened);
    assertEquals(await spend(opened, account.newest()), 200);
    account.clock.advance(LIFETIME);
    await assertKnown(account);
    assertEquals(account.calls.since(), [PASSWORD_REALM, "refresh_token", PASSWORD_REALM]);
    assertEquals([account.calls.log[1]?.status, account.calls.log[1]?.answer.error], [400, "invalid_grant"]);
    assertEquals(account.session.status().state, "active");
  });
  await check("a family that was revoked costs one login, when the API says 401", async () => {
    const account = await known(opened);
    const [spent, clock] = [account.newest(), account.clock];
    clock.advance(LIFETIME);
    await assertKnown(account);
    assertEquals(await spend(opened, spent), 400);
    await Promise.all(Array.from({ length: 20 }, () => assertKnown(account)));
    assertEquals(account.calls.since(), [PASSWORD_REALM, "refresh_token", "refresh_token", PASSWORD_REALM]);
  });
  await check("without credentials the session says that a login is needed, and keeps quiet", async () => {
    const tokens = await heldTokens(opened);
    const held = openHeld(opened, tokens);
    assertEquals(await spend(opened, tokens.refreshToken), 200);
    held.clock.advance(LIFETIME);
    await assertFails(held, "login_required");
    await Promise.all(Array.from({ length: 20 }, () => assertFails(held, "login_required")));
    assertEquals(held.calls.since(), ["refresh_token"]);
    assertEquals(held.session.status().lastFailure, "login_required");
  });
  await check(
    "two copies of a refresh token, in stores of their own, end both sessions without credentials",
    async () => {
      const tokens = await heldTokens(opened);
      const [first, second] = [openHeld(opened, tokens), openHeld(opened, tokens)] as const;
      for (const { clock } of [first, second]) clock.advance(LIFETIME);
      await assertKnown(first);
      await assertFails(second, "login_required");
      await assertFails(first, "login_required");
      assertEquals([first.calls.since(), second.calls.since()], [["refresh_token", "refresh_token"], [
        "refresh_token",
      ]]);
    },
  );
  await check("a refresh token whose answer was lost is not sent again: the session logs in", async () => {
    const account = await known(opened);
    const { value } = await account.session.token();
    account.clock.advance(LIFETIME);
    account.calls.loseNext();
    await assertKnown(account);
    assertEquals(account.calls.since(), [PASSWORD_REALM, "refresh_token", PASSWORD_REALM]);
    const first = await opened.provider.AccessToken.find(value);
    assertEquals(first?.accountId, "login", "the family was revoked");
  });
  await check("without credentials a lost answer is not asked for again, which would end the family", async () => {
    const held = openHeld(opened, await heldTokens(opened));
    held.clock.advance(LIFETIME);
    held.calls.loseNext();
    await assertFails(held, "login_required");
    await assertFails(held, "login_required");
    assertEquals(held.calls.since(), ["refresh_token"]);
    const lost = await opened.provider.AccessToken.find(String(held.calls.log[0]?.answer.access_token));
    assertEquals(lost?.accountId, "login", "the family was revoked");
  });
  await check("a refresh token that the server has forgotten is refused, and the session logs in", async () => {
    const account = await known(opened);
    await (await opened.provider.RefreshToken.find(account.newest()))?.destroy();
    account.clock.advance(LIFETIME);
    await assertKnown(account);
    assertEquals(account.calls.since(), [PASSWORD_REALM, "refresh_token", PASSWORD_REALM]);
  });
}

async function known(opened: OpenProvider): Promise<Account> {
  const account = openAccount(opened);
  await assertKnown(account);
  return account;
}

/** Tokens of a login of its own. */
async function heldTokens(opened: OpenProvider): Promise<Required<InitialTokens>> {
  const { session, newest } = await known(opened);
  const { value, expiresAt = 0 } = await session.token();
  return { accessToken: value, refreshToken: newest(), expiresAt };
}

/** Spends a refresh token as the client, past every session. */
async function spend({ origin }: OpenProvider, refresh_token: string): Promise<number> {
  const { clientId: client_id, clientSecret: client_secret } = CLIENTS.post;
  const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token, client_id, client_secret });
  const answer = await fetch(`${origin}/oauth/token`, { method: "POST", body });
  await answer.body?.cancel();
  return answer.status;
}
