import { assert, assertEquals } from "@std/assert";
import { clientCredentials } from "@xsignals/session";
import type { Check } from "../judge.ts";
import { CLIENTS, type OpenProvider, PASSWORD_REALM } from "./oidc_provider.ts";
import { assertFails, assertKnown, LIFETIME, watch } from "./watched_session.ts";

/** The password-realm grant, and what the server refuses it for. */
export async function checkLogin(check: Check, { account: open }: OpenProvider): Promise<void> {
  await check("a session logs in by the first call, and only then", async () => {
    const account = open();
    assertEquals(account.since(), []);
    await assertKnown(account);
    await assertKnown(account);
    assertEquals(account.since(), [PASSWORD_REALM]);
    const { expiresAt = 0 } = await account.session.token();
    assert(Math.abs(expiresAt - account.clock.now() - LIFETIME) < 5000);
  });
  await check("a client that is set up for Basic is known by it, whatever is in its id and secret", async () => {
    const account = open({ ...CLIENTS.basic, clientAuth: "basic" });
    await assertKnown(account);
    account.clock.advance(LIFETIME);
    await assertKnown(account);
    assertEquals(account.since(), [PASSWORD_REALM, "refresh_token"]);
  });
  const refused = {
    "a wrong password": [{ password: "wrong" }, 400, "invalid_grant"],
    "a wrong client secret": [{ clientSecret: "wrong" }, 401, "invalid_client"],
    "an unknown client": [{ clientId: "nobody" }, 401, "invalid_client"],
    "a wrong realm": [{ realm: "elsewhere" }, 400, "invalid_grant"],
  } as const;
  for (const [what, [options, status, error]] of Object.entries(refused)) {
    await check(`${what} is told as credentials that were refused, and not sent again`, async () => {
      const account = open(options);
      await assertFails(account, "credentials_rejected", status);
      await assertFails(account, "credentials_rejected", status);
      assertEquals(account.log.map(({ status, answer }) => [status, answer.error]), [[status, error]]);
    });
  }
  await check("a grant that the client may not use is told as a fault of the set-up", async () => {
    const account = open({ ...CLIENTS.machine, clientAuth: "basic" });
    await assertFails(account, "bad_response", 400);
    assertEquals(account.log.map(({ answer }) => answer.error), ["invalid_request"]);
  });
  await check("without a refresh token the session logs in again when the token expires", async () => {
    const account = open({ scope: "openid" });
    await assertKnown(account);
    account.clock.advance(LIFETIME);
    await assertKnown(account);
    assertEquals(account.since(), [PASSWORD_REALM, PASSWORD_REALM]);
  });
}

/** The client-credentials grant: a client with no user. */
export async function checkClientCredentials(check: Check, { origin, api, takeBack }: OpenProvider): Promise<void> {
  const [grant, id] = ["client_credentials", CLIENTS.machine.clientId];
  const open = () => watch(api, clientCredentials({ tokenUrl: `${origin}/oauth/token`, ...CLIENTS.machine }));

  await check("client credentials: the API takes the token, and the next one after each expiry", async () => {
    const account = open();
    for (let round = 0; round < 3; round++) {
      await assertKnown(account, id);
      account.clock.advance(LIFETIME);
    }
    assertEquals(account.since(), [grant, grant, grant]);
  });
  await check("client credentials: 50 callers get one token, at first and when it was taken back", async () => {
    const account = open();
    await assertKnown(account, id, 50);
    await takeBack(account);
    await assertKnown(account, id, 50);
    assertEquals(account.since(), [grant, grant]);
  });
  await check("client credentials: a logout sends nothing, and ends the session here", async () => {
    const account = open();
    await assertKnown(account, id);
    await account.session.logout();
    await assertFails(account, "login_required");
    assertEquals(account.since(), [grant]);
  });
}
