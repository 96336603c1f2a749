import { AuthClient, TokenByPasswordError, TokenByRefreshTokenError, TokenRevocationError } from "@auth0/auth0-auth-js";
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { createEmulator, type Emulator } from "@xsignals/emulator";
import { type Check, judge } from "../judge.ts";
import { CLIENT, loginParameters, OFFLINE, PASSWORD_REALM, TENANT } from "./tenant.ts";

const DOMAIN = "auth.xpansiv.com";

/**
 * The emulator's Auth0 by Auth0's own client: refresh and revocation. Its password grant is not the one with a realm. What
 * else is refused, and how, `oauth4webapi` judges, on which it is built.
 */
judge("@auth0/auth0-auth-js", async (check) => {
  const emulator = createEmulator(TENANT);
  await check("the metadata is that of the domain", async () => {
    const { issuer, token_endpoint } = await clientOf(emulator).getServerMetadata();
    assertEquals([issuer, token_endpoint], [`https://${DOMAIN}/`, `https://${DOMAIN}/oauth/token`]);
  });
  await refreshes(check, emulator);
  await revocations(check, emulator);
  await check("its plain password grant is refused as not allowed for the client", async () => {
    const parameters = { username: "", password: "", ...loginParameters(), auth0ForwardedFor: "203.0.113.7" };
    const error = await assertRejects(() => clientOf(emulator).getTokenByPassword(parameters), TokenByPasswordError);
    assertEquals([error.statusCode, error.cause?.error], [403, "unauthorized_client"]);
  });
});

/** Auth0's client, which makes its domain https always, with the emulator in the network's place. */
function clientOf({ fetch }: Emulator, clientSecret: string = CLIENT.secret): AuthClient {
  return new AuthClient({ domain: DOMAIN, clientId: CLIENT.id, clientSecret, customFetch: fetch });
}

/** Logs in, as the client cannot do it itself, and resolves with the refresh token. */
async function login({ fetch }: Emulator): Promise<string> {
  const { id, secret } = CLIENT;
  const body = new URLSearchParams({ ...OFFLINE, grant_type: PASSWORD_REALM, client_id: id, client_secret: secret });
  return (await (await fetch(`https://${DOMAIN}/oauth/token`, { method: "POST", body })).json()).refresh_token;
}

async function assertDead(client: AuthClient, refreshToken: string): Promise<void> {
  const refresh = () => client.getTokenByRefreshToken({ refreshToken });
  const { statusCode, cause } = await assertRejects(refresh, TokenByRefreshTokenError);
  const { error, error_description } = cause!;
  assertEquals([statusCode, error, error_description], [403, "invalid_grant", "Unknown or invalid refresh token."]);
}

async function refreshes(check: Check, emulator: Emulator): Promise<void> {
  const client = clientOf(emulator);
  const spent = await login(emulator);
  let newest = spent;
  await check("a refresh gives a new pair with all its members", async () => {
    const { data, response } = await client.getTokenByRefreshToken({ refreshToken: newest, fullResponse: true });
    assertEquals([data.tokenType, data.scope], ["bearer", "openid offline_access"]);
    assert(Math.abs(data.expiresAt - Date.now() / 1000 - 86_400) < 5);
    const { sub, aud, iss } = data.claims!;
    assertEquals([sub, aud, iss], ["auth0|login", CLIENT.id, `https://${DOMAIN}/`]);
    assertEquals([response.status, response.headers.get("cache-control")], [200, "no-store"]);
    assertNotEquals(data.refreshToken, newest);
    newest = `${data.refreshToken}`;
  });
  await check("a refresh may name the audience and ask for less", async () => {
    const [audience, scope] = ["https://xpansiv/platform", "offline_access"];
    const found = await client.getTokenByRefreshToken({ refreshToken: newest, audience, scope });
    assertEquals([found.scope, found.idToken], ["offline_access", undefined]);
    newest = `${found.refreshToken}`;
  });
  await check("a spent refresh token is refused, then the newest one", async () => {
    await assertDead(client, spent);
    await assertDead(client, newest);
  });
}

async function revocations(check: Check, emulator: Emulator): Promise<void> {
  const client = clientOf(emulator);
  for (const hint of [{}, { tokenTypeHint: "refresh_token" }] as const) {
    await check(`a revocation with the hint ${JSON.stringify(hint)} ends the refresh token`, async () => {
      const token = await login(emulator);
      await client.revokeToken({ token, ...hint });
      await client.revokeToken({ token, ...hint });
      await assertDead(client, token);
    });
  }
  await check("an unknown token counts as revoked", () => client.revokeToken({ token: "unknown" }));
  await check("a revocation with a wrong secret is refused with its code", async () => {
    const wrong = clientOf(emulator, "wrong");
    const error = await assertRejects(() => wrong.revokeToken({ token: "any" }), TokenRevocationError);
    assertEquals([error.statusCode, error.cause?.error], [401, "access_denied"]);
  });
}
