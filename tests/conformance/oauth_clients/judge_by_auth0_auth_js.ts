import { AuthClient, TokenByPasswordError, TokenByRefreshTokenError, TokenRevocationError } from "@auth0/auth0-auth-js";
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import type { Emulator } from "@xsignals/emulator";
import type { Check, Judge } from "../judge.ts";
import { CLIENT, GROUPS, loginParameters, ODD_CLIENT, OFFLINE, openTenant, PASSWORD_REALM } from "./tenant.ts";

const DOMAIN = "auth.xpansiv.com";
const DEAD = [403, "invalid_grant"];

/** The emulator's Auth0 by Auth0's own client: refresh and revocation. Its password grant is not the one with a realm. */
export const judgeByAuth0AuthJs: Judge = {
  name: "@auth0/auth0-auth-js",
  async judge(check) {
    const emulator = openTenant();
    await check("the metadata is that of the domain", async () => {
      const { issuer, token_endpoint } = await clientOf(emulator).getServerMetadata();
      assertEquals([issuer, token_endpoint], [`https://${DOMAIN}/`, `https://${DOMAIN}/oauth/token`]);
    });
    for (const client of [CLIENT, ODD_CLIENT]) await refreshes(check, emulator, client);
    await revocations(check, emulator);
    await others(check, emulator);
    for (const auth0Errors of ["reported", "specified"] as const) await refusals(check, auth0Errors);
  },
};

/** Auth0's client, which makes its domain https always, with the emulator in the network's place. */
function clientOf({ fetch }: Emulator, { id, secret }: { id: string; secret: string } = CLIENT): AuthClient {
  return new AuthClient({ domain: DOMAIN, clientId: id, clientSecret: secret, customFetch: fetch });
}

/** Logs in, as the client cannot do it itself, and resolves with the refresh token. */
async function login({ fetch }: Emulator, { id, secret }: typeof CLIENT | typeof ODD_CLIENT = CLIENT): Promise<string> {
  const body = new URLSearchParams({ ...OFFLINE, grant_type: PASSWORD_REALM, client_id: id, client_secret: secret });
  return (await (await fetch(`https://${DOMAIN}/oauth/token`, { method: "POST", body })).json()).refresh_token;
}

/** Refreshes, and expects to be refused; resolves with the reason that is told. */
async function assertRefused(client: AuthClient, refreshToken: string, expected = DEAD): Promise<string | undefined> {
  const refresh = () => client.getTokenByRefreshToken({ refreshToken });
  const { statusCode, cause } = await assertRejects(refresh, TokenByRefreshTokenError);
  assertEquals([statusCode, cause?.error], expected);
  return cause?.error_description;
}

async function refreshes(check: Check, emulator: Emulator, account: typeof CLIENT | typeof ODD_CLIENT): Promise<void> {
  const client = clientOf(emulator, account);
  const { id } = account;
  const spent = await login(emulator, account);
  let newest = spent;
  await check(`${id}: a refresh gives a new pair with all its members`, async () => {
    const { data, response } = await client.getTokenByRefreshToken({ refreshToken: newest, fullResponse: true });
    assertEquals([data.tokenType, data.scope], ["bearer", "openid offline_access"]);
    assert(Math.abs(data.expiresAt - Date.now() / 1000 - 86_400) < 5);
    assertEquals([data.claims?.sub, data.claims?.aud, data.claims?.iss], ["auth0|login", id, `https://${DOMAIN}/`]);
    assertEquals([response.status, response.headers.get("cache-control")], [200, "no-store"]);
    assertNotEquals(data.refreshToken, newest);
    newest = `${data.refreshToken}`;
    const answer = await emulator.fetch(GROUPS, { headers: { authorization: `Bearer ${data.accessToken}` } });
    assertEquals([answer.status, (await answer.json()).totalSize], [200, 3]);
  });
  await check(`${id}: a refresh may name the audience and ask for less`, async () => {
    const [audience, scope] = ["https://xpansiv/platform", "offline_access"];
    const found = await client.getTokenByRefreshToken({ refreshToken: newest, audience, scope });
    assertEquals([found.scope, found.idToken], ["offline_access", undefined]);
    newest = `${found.refreshToken}`;
  });
  await check(`${id}: a spent refresh token is refused`, () => assertRefused(client, spent));
  await check(`${id}: then the newest one is refused`, () => assertRefused(client, newest));
}

async function revocations(check: Check, emulator: Emulator): Promise<void> {
  const client = clientOf(emulator);
  for (const hint of [{}, { tokenTypeHint: "refresh_token" }] as const) {
    await check(`a revocation with the hint ${JSON.stringify(hint)} ends the refresh token`, async () => {
      const token = await login(emulator);
      await client.revokeToken({ token, ...hint });
      await client.revokeToken({ token, ...hint });
      await assertRefused(client, token);
    });
  }
  await check("an unknown token counts as revoked", () => client.revokeToken({ token: "unknown" }));
  await check("a revocation with a wrong secret is refused with its code", async () => {
    const wrong = clientOf(emulator, { id: CLIENT.id, secret: "wrong" });
    const error = await assertRejects(() => wrong.revokeToken({ token: "any" }), TokenRevocationError);
    assertEquals([error.statusCode, error.cause?.error], [401, "access_denied"]);
  });
}

async function others(check: Check, emulator: Emulator): Promise<void> {
  await check("its plain password grant is refused as not allowed for the client", async () => {
    const parameters = { username: "", password: "", ...loginParameters(), auth0ForwardedFor: "203.0.113.7" };
    const error = await assertRejects(() => clientOf(emulator).getTokenByPassword(parameters), TokenByPasswordError);
    assertEquals([error.statusCode, error.cause?.error], [403, "unauthorized_client"]);
  });
}

async function refusals(check: Check, auth0Errors: "reported" | "specified"): Promise<void> {
  const emulator = openTenant({ assumptions: { auth0Errors } });
  const { dead, client } = {
    reported: { dead: DEAD, client: [401, "access_denied"] },
    specified: { dead: [401, "invalid_grant"], client: [401, "invalid_client"] },
  }[auth0Errors];
  await check(`an unknown refresh token is refused, as ${auth0Errors}, with ${dead.join(" ")}`, async () => {
    assertEquals(await assertRefused(clientOf(emulator), "unknown", dead), "Unknown or invalid refresh token.");
  });
  await check(`a wrong secret is refused, as ${auth0Errors}, with ${client.join(" ")}`, async () => {
    assert(await assertRefused(clientOf(emulator, { id: CLIENT.id, secret: "wrong" }), "unknown", client));
  });
}
