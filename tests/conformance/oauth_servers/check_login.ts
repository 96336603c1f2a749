import { assert, assertEquals } from "@std/assert";
import type { Check } from "../judge.ts";
import { assertFails, assertKnown, openAccount } from "./account.ts";
import { CLIENTS, LIFETIME, type OpenProvider, PASSWORD_REALM } from "./open_oidc_provider.ts";

/** The password-realm grant, and what the server refuses it for. */
export async function checkLogin(check: Check, opened: OpenProvider): Promise<void> {
  await check("a session logs in by the first call, and only then", async () => {
    const account = openAccount(opened);
    assertEquals(account.calls.since(), []);
    await assertKnown(account);
    await assertKnown(account);
    assertEquals(account.calls.since(), [PASSWORD_REALM]);
    const { expiresAt = 0 } = await account.session.token();
    assert(Math.abs(expiresAt - account.clock.now() - LIFETIME) < 5000);
  });
  await check("a client that is set up for Basic is known by it, whatever is in its id and secret", async () => {
    const account = openAccount(opened, { ...CLIENTS.basic, clientAuth: "basic" });
    await assertKnown(account);
    account.clock.advance(LIFETIME);
    await assertKnown(account);
    assertEquals(account.calls.since(), [PASSWORD_REALM, "refresh_token"]);
  });
  const refused = {
    "a wrong password": [{ password: "wrong" }, 400, "invalid_grant"],
    "a wrong client secret": [{ clientSecret: "wrong" }, 401, "invalid_client"],
    "an unknown client": [{ clientId: "nobody" }, 401, "invalid_client"],
    "a wrong realm": [{ realm: "elsewhere" }, 400, "invalid_grant"],
  } as const;
  for (const [what, [options, status, error]] of Object.entries(refused)) {
    await check(`${what} is told as credentials that were refused, and not sent again`, async () => {
      const account = openAccount(opened, options);
      await assertFails(account, "credentials_rejected", status);
      await assertFails(account, "credentials_rejected");
      assertEquals(account.calls.log.map(({ status, answer }) => [status, answer.error]), [[status, error]]);
    });
  }
  await check("a grant that the client may not use is told as a fault of the set-up", async () => {
    const account = openAccount(opened, { ...CLIENTS.machine, clientAuth: "basic" });
    await assertFails(account, "bad_response", 400);
    assertEquals(account.calls.log.map(({ answer }) => answer.error), ["invalid_request"]);
  });
  await check("without a refresh token the session logs in again when the token expires", async () => {
    const account = openAccount(opened, { scope: "openid" });
    await assertKnown(account);
    account.clock.advance(LIFETIME);
    await assertKnown(account);
    assertEquals(account.calls.since(), [PASSWORD_REALM, PASSWORD_REALM]);
  });
}
