import { assertEquals, assertNotEquals } from "@std/assert";
import { memoryStore } from "@xsignals/session";
import type { Check } from "../judge.ts";
import { type OpenProvider, PASSWORD_REALM } from "./oidc_provider.ts";
import { assertFails, assertKnown, LIFETIME, type Watched } from "./watched_session.ts";

/** Renewal by rotation, however many wait for it, and the end of it by a logout. */
export async function checkRenewal(check: Check, opened: OpenProvider): Promise<void> {
  async function loggedIn(store = memoryStore()): Promise<Watched> {
    const account = opened.account({}, store);
    await assertKnown(account);
    assertEquals(account.since(), [PASSWORD_REALM]);
    return account;
  }

  await check("each expiry spends one refresh token, always the newest", async () => {
    const account = await loggedIn();
    const given = [account.newest()];
    for (let round = 0; round < 3; round++) {
      account.clock.advance(LIFETIME);
      await assertKnown(account);
      given.push(account.newest());
    }
    assertEquals(account.since(), Array(3).fill("refresh_token"));
    assertEquals(new Set(given).size, 4);
    assertEquals(account.log.slice(1).map(({ parameters }) => parameters.refresh_token), given.slice(0, 3));
  });
  await check("a server that does not rotate is sent the same refresh token again", async () => {
    const account = await loggedIn();
    opened.rotates(false);
    try {
      for (let round = 0; round < 2; round++) {
        account.clock.advance(LIFETIME);
        await assertKnown(account);
      }
    } finally {
      opened.rotates(true);
    }
    assertEquals(account.since(), ["refresh_token", "refresh_token"]);
  });
  await check("50 callers cause one renewal at the expiry, and one when the token was taken back", async () => {
    const account = await loggedIn();
    account.clock.advance(LIFETIME);
    await assertKnown(account, "login", 50);
    assertEquals(account.since(), ["refresh_token"]);
    await opened.takeBack(account);
    await assertKnown(account, "login", 50);
    assertEquals(account.since(), ["refresh_token"]);
  });
  await check("sessions that share a store spend one refresh token between them", async () => {
    const store = memoryStore();
    const sessions = [await loggedIn(store), ...[1, 2, 3].map(() => opened.account({}, store))];
    await Promise.all(sessions.map((one) => assertKnown(one)));
    for (const { clock } of sessions) clock.advance(LIFETIME);
    await Promise.all(sessions.map((one) => assertKnown(one, "login", 2)));
    assertEquals(sessions.flatMap((one) => one.since()), ["refresh_token"]);
  });
  await check("a logout ends the refresh token and the access token at the server, and the session here", async () => {
    const account = await loggedIn();
    const { value } = await account.session.token();
    await account.session.logout();
    assertEquals(account.since(), ["revoke"]);
    assertEquals(account.log.at(-1)?.status, 200);
    assertEquals(await opened.provider.RefreshToken.find(account.newest()), undefined);
    assertEquals(await opened.provider.AccessToken.find(value), undefined);
    await assertFails(account, "login_required");
    assertEquals(account.since(), []);
  });
  await check("a session from tokens that are held renews them and revokes the newest", async () => {
    const { session, newest } = await loggedIn();
    const { value: accessToken, expiresAt } = await session.token();
    const held = opened.held({ accessToken, refreshToken: newest(), expiresAt });
    await assertKnown(held);
    held.clock.advance(LIFETIME);
    await assertKnown(held);
    assertNotEquals(held.newest(), newest());
    await held.session.logout();
    assertEquals(held.log.at(-1)?.parameters.token, held.newest());
    assertEquals(held.since(), ["refresh_token", "revoke"]);
  });
}
