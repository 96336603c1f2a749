import {
  AuthClient,
  type AuthClientOptions,
  MissingClientAuthError,
  TokenByPasswordError,
  TokenByRefreshTokenError,
  TokenRevocationError,
} from "@auth0/auth0-auth-js";
import { assert, assertEquals, assertInstanceOf, assertNotEquals, assertRejects } from "@std/assert";
import type { Emulator } from "@xsignals/emulator";
import type { Check, Judge } from "../judge.ts";
import { ASSUMPTIONS } from "./refusals.ts";
import { CLIENT, loginParameters, ODD_CLIENT, openTenant, PASSWORD_REALM } from "./tenant.ts";

const DOMAIN = "auth.xpansiv.com";
const AUDIENCE = "https://xpansiv/platform";

/** The emulator's Auth0 by Auth0's own client: refresh and revocation. Its password grant is not the one with a realm. */
export const judgeByAuth0AuthJs: Judge = {
  name: "@auth0/auth0-auth-js",
  async judge(check) {
    const emulator = openTenant();
    await metadata(check, emulator);
    for (const client of [CLIENT, ODD_CLIENT]) await refreshes(check, emulator, client);
    await revocations(check, emulator);
    await passwords(check, emulator);
    for (const auth0Errors of ASSUMPTIONS) {
      await refusals(check, openTenant({ assumptions: { auth0Errors } }), auth0Errors);
    }
  },
};

/** A client with a secret. */
interface Account {
  readonly id: string;
  readonly secret: string;
}

/** Auth0's client, which makes its domain https always, with the emulator in the network's place. */
function clientOf(
  { fetch }: Emulator,
  { id, secret }: Pick<Account, "id"> & Partial<Account> = CLIENT,
  more: Partial<AuthClientOptions> = {},
): AuthClient {
  const options = { domain: DOMAIN, clientId: id, customFetch: fetch, ...more };
  return new AuthClient(secret === undefined ? options : { ...options, clientSecret: secret });
}

/** Logs in, as the client cannot do it itself. */
async function login({ fetch }: Emulator, { id, secret }: Account = CLIENT): Promise<string> {
  const body = new URLSearchParams({
    ...loginParameters({ scope: "openid offline_access" }),
    grant_type: PASSWORD_REALM,
    client_id: id,
    client_secret: secret,
  });
  const answer = await fetch(`https://${DOMAIN}/oauth/token`, { method: "POST", body });
  return (await answer.json()).refresh_token;
}

async function metadata(check: Check, emulator: Emulator): Promise<void> {
  await check("the metadata is that of the domain, and asked for once", async () => {
    const client = clientOf(emulator, CLIENT, { discoveryCache: { ttl: 0, maxEntries: 0 } });
    const before = emulator.count("openidConfiguration");
    const [found] = await Promise.all([client.getServerMetadata(), client.getServerMetadata()]);
    assertEquals([found.issuer, found.token_endpoint], [`https://${DOMAIN}/`, `https://${DOMAIN}/oauth/token`]);
    await client.getServerMetadata();
    assertEquals(emulator.count("openidConfiguration"), before + 1);
  });
}

async function refreshes(check: Check, emulator: Emulator, account: Account): Promise<void> {
  const client = clientOf(emulator, account);
  const { id } = account;
  let newest = await login(emulator, account);
  const spent = newest;
  await check(`${id}: a refresh gives a new pair with all its members`, async () => {
    const { data, response } = await client.getTokenByRefreshToken({ refreshToken: newest, fullResponse: true });
    assertEquals([data.tokenType, data.scope], ["bearer", "openid offline_access"]);
    assert(Math.abs(data.expiresAt - Date.now() / 1000 - 86_400) < 5);
    assertEquals([data.claims?.sub, data.claims?.aud, data.claims?.iss], ["auth0|login", id, `https://${DOMAIN}/`]);
    assertEquals([response.status, response.headers.get("cache-control")], [200, "no-store"]);
    assertNotEquals(data.refreshToken, newest);
    newest = `${data.refreshToken}`;
    await apiTakes(emulator, data.accessToken);
  });
  await check(`${id}: a refresh may name the audience and ask for less`, async () => {
    const found = await client.getTokenByRefreshToken({
      refreshToken: newest,
      audience: AUDIENCE,
      scope: "offline_access",
    });
    assertEquals([found.scope, found.idToken], ["offline_access", undefined]);
    newest = `${found.refreshToken}`;
  });
  for (const [what, token] of Object.entries({ "a spent refresh token": spent, "then the newest one": newest })) {
    await check(`${id}: ${what} is refused`, async () => {
      await assertDead(() => client.getTokenByRefreshToken({ refreshToken: token }));
    });
  }
}

async function revocations(check: Check, emulator: Emulator): Promise<void> {
  const client = clientOf(emulator);
  for (const hint of [{}, { tokenTypeHint: "refresh_token" }] as const) {
    await check(
      `a revocation ${"tokenTypeHint" in hint ? "with" : "without"} a hint ends the refresh token`,
      async () => {
        const token = await login(emulator);
        await client.revokeToken({ token, ...hint });
        await client.revokeToken({ token, ...hint });
        await assertDead(() => client.getTokenByRefreshToken({ refreshToken: token }));
      },
    );
  }
  await check("an unknown token counts as revoked", () => client.revokeToken({ token: "unknown" }));
  await check("a revocation with a wrong secret is refused with its code", async () => {
    const wrong = clientOf(emulator, { id: CLIENT.id, secret: "wrong" });
    const error = await assertRejects(() => wrong.revokeToken({ token: "any" }), TokenRevocationError);
    assertEquals([error.statusCode, error.cause?.error], [401, "access_denied"]);
  });
  await check("a client without a secret is refused by the library itself", async () => {
    const before = emulator.log.length;
    const client = clientOf(emulator, { id: "public" });
    await assertRejects(() => client.getTokenByRefreshToken({ refreshToken: "any" }), MissingClientAuthError);
    assertEquals(emulator.log.length, before);
  });
}

async function passwords(check: Check, emulator: Emulator): Promise<void> {
  await check("its plain password grant is refused as not allowed for the client", async () => {
    const client = clientOf(emulator);
    const { realm, ...parameters } = { realm: "", username: "", password: "", ...loginParameters() };
    const ask = () => client.getTokenByPassword({ ...parameters, realm, auth0ForwardedFor: "203.0.113.7" });
    const error = await assertRejects(ask, TokenByPasswordError);
    assertEquals([error.statusCode, error.cause?.error], [403, "unauthorized_client"]);
  });
}

async function refusals(check: Check, emulator: Emulator, assumed: (typeof ASSUMPTIONS)[number]): Promise<void> {
  const expected = {
    reported: { dead: [403, "invalid_grant"], client: [401, "access_denied"] },
    specified: { dead: [401, "invalid_grant"], client: [401, "invalid_client"] },
  }[assumed];
  await check(`an unknown refresh token is refused, as ${assumed}, with ${expected.dead.join(" ")}`, async () => {
    const { statusCode, cause } = await refused(clientOf(emulator), "unknown");
    assertEquals([statusCode, cause?.error], expected.dead);
    assertEquals(cause?.error_description, "Unknown or invalid refresh token.");
  });
  await check(`a wrong secret is refused, as ${assumed}, with ${expected.client.join(" ")}`, async () => {
    const client = clientOf(emulator, { id: CLIENT.id, secret: "wrong" });
    const { statusCode, cause } = await refused(client, "unknown");
    assertEquals([statusCode, cause?.error], expected.client);
    assert(cause?.error_description);
  });
}

async function refused(client: AuthClient, refreshToken: string): Promise<TokenByRefreshTokenError> {
  const error = await client.getTokenByRefreshToken({ refreshToken }).catch((error) => error);
  assertInstanceOf(error, TokenByRefreshTokenError);
  return error;
}

async function assertDead(refresh: () => Promise<unknown>): Promise<void> {
  const { statusCode, cause } = await assertRejects(refresh, TokenByRefreshTokenError);
  assertEquals([statusCode, cause?.error], [403, "invalid_grant"]);
}

async function apiTakes({ fetch }: Emulator, accessToken: string): Promise<void> {
  const headers = { authorization: `Bearer ${accessToken}` };
  const answer = await fetch("https://api.xsignals.xpansiv.com/file/group", { headers });
  assertEquals([answer.status, (await answer.json()).totalSize], [200, 3]);
}
