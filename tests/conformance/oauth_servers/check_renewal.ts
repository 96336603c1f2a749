import { assertEquals, assertNotEquals } from "@std/assert";
import { memoryStore } from "@xsignals/session";
import type { Check } from "../judge.ts";
import { type Account, assertFails, assertKnown, openAccount, openHeld } from "./account.ts";
import { LIFETIME, type OpenProvider, PASSWORD_REALM } from "./open_oidc_provider.ts";

const CALLERS = 50;

/** Renewal by rotation, however many wait for it, and the end of it by a logout. */
export async function checkRenewal(check: Check, opened: OpenProvider): Promise<void> {
  await check("each expiry spends one refresh token, always the newest", async () => {
    const account = await loggedIn(opened);
    const given = [account.newest()];
    for (let round = 0; round < 3; round++) {
      account.clock.advance(LIFETIME);
      await assertKnown(account);
      given.push(account.newest());
    }
    assertEquals(account.calls.since(), Array(3).fill("refresh_token"));
    assertEquals(new Set(given).size, 4);
    assertEquals(account.calls.log.slice(1).map(({ parameters }) => parameters.refresh_token), given.slice(0, 3));
  });
  await check("a server that does not rotate is sent the same refresh token again", async () => {
    const account = await loggedIn(opened);
    opened.rotates(false);
    try {
      for (let round = 0; round < 2; round++) {
        account.clock.advance(LIFETIME);
        await assertKnown(account);
      }
    } finally {
      opened.rotates(true);
    }
    assertEquals(account.calls.since(), ["refresh_token", "refresh_token"]);
  });
  await check(`${CALLERS} callers at the expiry cause one renewal`, async () => {
    const account = await loggedIn(opened);
    account.clock.advance(LIFETIME);
    await allKnown(Array(CALLERS).fill(account));
    assertEquals(account.calls.since(), ["refresh_token"]);
  });
  await check(`${CALLERS} callers with a token that was taken back cause one renewal`, async () => {
    const account = await loggedIn(opened);
    await account.dropAccessToken();
    await allKnown(Array(CALLERS).fill(account));
    assertEquals(account.calls.since(), ["refresh_token"]);
  });
  await check("sessions that share a store spend one refresh token between them", async () => {
    const store = memoryStore();
    const first = await loggedIn(opened, store);
    const sessions = [first, ...[1, 2, 3].map(() => openAccount(opened, {}, store))];
    await allKnown(sessions);
    for (const { clock } of sessions) clock.advance(LIFETIME);
    await allKnown([...sessions, ...sessions]);
    assertEquals(sessions.flatMap(({ calls }) => calls.since()), ["refresh_token"]);
  });
  await check("a logout ends the refresh token and the access token at the server, and the session here", async () => {
    const account = await loggedIn(opened);
    const { value } = await account.session.token();
    await account.session.logout();
    assertEquals(account.calls.since(), ["revoke"]);
    assertEquals(account.calls.log.at(-1)?.status, 200);
    assertEquals(await opened.provider.RefreshToken.find(account.newest()), undefined);
    const answer = await opened.api("https://api.xsignals.xpansiv.com/", {
      headers: { authorization: `Bearer ${value}` },
    });
    assertEquals(answer.status, 401);
    await assertFails(account, "login_required");
    assertEquals(account.calls.since(), []);
  });
  await check("a session from tokens that are held renews them and revokes the newest", async () => {
    const { session, newest } = await loggedIn(opened);
    const { value: accessToken, expiresAt } = await session.token();
    const held = openHeld(opened, { accessToken, refreshToken: newest(), expiresAt });
    await assertKnown(held);
    held.clock.advance(LIFETIME);
    await assertKnown(held);
    assertNotEquals(held.newest(), newest());
    await held.session.logout();
    assertEquals(held.calls.log.at(-1)?.parameters.token, held.newest());
    assertEquals(held.calls.since(), ["refresh_token", "revoke"]);
  });
}

async function loggedIn(opened: OpenProvider, store = memoryStore()): Promise<Account> {
  const account = openAccount(opened, {}, store);
  await assertKnown(account);
  assertEquals(account.calls.since(), [PASSWORD_REALM]);
  return account;
}

async function allKnown(accounts: readonly Account[]): Promise<void> {
  await Promise.all(accounts.map((account) => assertKnown(account)));
}
