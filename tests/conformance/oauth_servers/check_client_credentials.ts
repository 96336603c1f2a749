import { assertEquals } from "@std/assert";
import { clientCredentials, type ClientCredentialsOptions } from "@xsignals/session";
import type { Check } from "../judge.ts";
import { type Account, accountOf, assertFails, assertKnown } from "./account.ts";
import { CLIENTS, LIFETIME, type OpenProvider } from "./open_oidc_provider.ts";

const GRANT = "client_credentials";
const CALLERS = 50;

/** The client-credentials grant: a client with no user. */
export async function checkClientCredentials(check: Check, opened: OpenProvider): Promise<void> {
  await check("client credentials: the API takes the token, and the next one after each expiry", async () => {
    const account = openClient(opened);
    for (let round = 0; round < 3; round++) {
      await assertKnown(account, CLIENTS.machine.clientId);
      account.clock.advance(LIFETIME);
    }
    assertEquals(account.calls.since(), [GRANT, GRANT, GRANT]);
  });
  await check(`client credentials: ${CALLERS} callers get one token, at first and when it was taken back`, async () => {
    const account = openClient(opened);
    const all = () =>
      Promise.all(Array.from({ length: CALLERS }, () => assertKnown(account, CLIENTS.machine.clientId)));
    await all();
    await account.dropAccessToken();
    await all();
    assertEquals(account.calls.since(), [GRANT, GRANT]);
  });
  await check("client credentials: a wrong secret is told as refused, and not sent again", async () => {
    const account = openClient(opened, { clientSecret: "wrong" });
    await assertFails(account, "credentials_rejected", 401);
    await assertFails(account, "credentials_rejected");
    assertEquals(account.calls.log.map(({ status, answer }) => [status, answer.error]), [[401, "invalid_client"]]);
  });
  await check("client credentials: a client without the grant is told as a fault of the set-up", async () => {
    const account = openClient(opened, CLIENTS.basic);
    await assertFails(account, "bad_response", 400);
  });
  await check("client credentials: a logout sends nothing, and ends the session here", async () => {
    const account = openClient(opened);
    await assertKnown(account, CLIENTS.machine.clientId);
    await account.session.logout();
    await assertFails(account, "login_required");
    assertEquals(account.calls.since(), [GRANT]);
  });
}

function openClient(opened: OpenProvider, options: Partial<ClientCredentialsOptions> = {}): Account {
  const tokenUrl = `${opened.origin}/oauth/token`;
  return accountOf(opened, clientCredentials({ tokenUrl, ...CLIENTS.machine, ...options }));
}
