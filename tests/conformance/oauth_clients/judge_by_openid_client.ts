import { assert, assertEquals, assertInstanceOf, assertNotEquals, assertRejects } from "@std/assert";
import { type EmulatorOptions, type ServedEmulator, serveEmulator } from "@xsignals/emulator/serve";
import * as openid from "openid-client";
import type { Check, Judge } from "../judge.ts";
import { ASSUMPTIONS, REFUSALS } from "./refusals.ts";
import { CLIENT, loginParameters, ODD_CLIENT, PASSWORD_REALM, TENANT } from "./tenant.ts";

const OFFLINE = loginParameters({ scope: "openid offline_access" });

/** The emulator's Auth0, over HTTP, by an OpenID Connect client that finds out by discovery what to call. */
export const judgeByOpenidClient: Judge = {
  name: "openid-client",
  async judge(check) {
    await withTenant({}, async (served) => {
      for (const algorithm of ["oidc", "oauth2"] as const) await discovery(check, served, algorithm);
      for (const [way, client] of Object.entries(CLIENTS)) await tokensOf(check, served, way, client);
      await errors(check, served);
    });
    for (const auth0Errors of ASSUMPTIONS) {
      await withTenant({ assumptions: { auth0Errors } }, (served) => refusals(check, served, auth0Errors));
    }
  },
};

/** Who asks for tokens, by each way that the metadata lists. */
const CLIENTS: Readonly<Record<string, readonly [id: string, auth: openid.ClientAuth]>> = {
  client_secret_post: [CLIENT.id, openid.ClientSecretPost(CLIENT.secret)],
  client_secret_basic: [ODD_CLIENT.id, openid.ClientSecretBasic(ODD_CLIENT.secret)],
  none: ["public", openid.None()],
};

async function withTenant(options: EmulatorOptions, use: (served: ServedEmulator) => Promise<void>): Promise<void> {
  const served = await serveEmulator({ ...TENANT, ...options });
  served.emulator.block("blocked");
  try {
    await use(served);
  } finally {
    await served.stop();
  }
}

function discover(
  { auth0 }: ServedEmulator,
  [id, auth]: readonly [string, openid.ClientAuth] = [CLIENT.id, openid.ClientSecretPost(CLIENT.secret)],
  algorithm: "oidc" | "oauth2" = "oidc",
): Promise<openid.Configuration> {
  const execute = [openid.allowInsecureRequests, openid.enableNonRepudiationChecks];
  return openid.discovery(new URL(auth0), id, {}, auth, { algorithm, execute });
}

async function discovery(check: Check, served: ServedEmulator, algorithm: "oidc" | "oauth2"): Promise<void> {
  await check(`discovery by ${algorithm} finds the server as it was asked`, async () => {
    const found = (await discover(served, undefined, algorithm)).serverMetadata();
    assertEquals([found.issuer, found.token_endpoint, found.revocation_endpoint, found.jwks_uri], [
      `${served.auth0}/`,
      `${served.auth0}/oauth/token`,
      `${served.auth0}/oauth/revoke`,
      `${served.auth0}/.well-known/jwks.json`,
    ]);
    for (const way of Object.keys(CLIENTS)) assert(found.token_endpoint_auth_methods_supported?.includes(way));
    for (const grant of [PASSWORD_REALM, "refresh_token"]) assert(found.grant_types_supported?.includes(grant));
  });
}

async function tokensOf(
  check: Check,
  served: ServedEmulator,
  way: string,
  client: readonly [string, openid.ClientAuth],
): Promise<void> {
  const config = await discover(served, client);
  const first = await openid.genericGrantRequest(config, PASSWORD_REALM, OFFLINE);
  let second = first;
  await check(`${way}: a login gives tokens, and an id_token whose signature holds`, () => {
    const { token_type, expires_in, scope } = first;
    assertEquals([token_type, expires_in, scope], ["bearer", 86_400, "openid offline_access"]);
    assert(86_400 - (first.expiresIn() ?? 0) < 5);
    assertEquals([first.claims()?.sub, first.claims()?.aud], ["auth0|login", client[0]]);
  });
  await check(`${way}: the API takes the access token`, async () => {
    const groups = new URL(`${served.api}/file/group`);
    const answer = await openid.fetchProtectedResource(config, first.access_token, groups, "GET");
    assertEquals([answer.status, (await answer.json()).totalSize], [200, 3]);
  });
  await check(`${way}: a refresh gives a new pair`, async () => {
    second = await openid.refreshTokenGrant(config, `${first.refresh_token}`);
    assertNotEquals(second.access_token, first.access_token);
    assertNotEquals(second.refresh_token, first.refresh_token);
    assertEquals([second.expires_in, second.claims()?.sub], [86_400, "auth0|login"]);
  });
  await check(`${way}: after the revocation there is no refresh`, async () => {
    await openid.tokenRevocation(config, `${second.refresh_token}`, { token_type_hint: "refresh_token" });
    await assertRefused(openid.refreshTokenGrant(config, `${second.refresh_token}`), [403, "invalid_grant"]);
  });
  await check(`${way}: the use of a spent refresh token ends the newest one`, async () => {
    const { refresh_token: spent } = await openid.genericGrantRequest(config, PASSWORD_REALM, OFFLINE);
    const { refresh_token: newest } = await openid.refreshTokenGrant(config, `${spent}`);
    for (const token of [spent, newest]) {
      await assertRefused(openid.refreshTokenGrant(config, `${token}`), [403, "invalid_grant"]);
    }
  });
}

async function errors(check: Check, served: ServedEmulator): Promise<void> {
  await check("a refresh token of another client is refused", async () => {
    const { refresh_token } = await openid.genericGrantRequest(await discover(served), PASSWORD_REALM, OFFLINE);
    const other = await discover(served, ["other", openid.ClientSecretPost("another secret")]);
    await assertRefused(openid.refreshTokenGrant(other, `${refresh_token}`), [403, "invalid_grant"]);
  });
  await check("a wrong secret by Basic is answered with a challenge", async () => {
    const config = await discover(served, [CLIENT.id, openid.ClientSecretBasic("wrong")]);
    const login = () => openid.genericGrantRequest(config, PASSWORD_REALM, OFFLINE);
    const { status, cause } = await assertRejects(login, openid.WWWAuthenticateChallengeError);
    assertEquals([status, cause[0]?.scheme, cause[0]?.parameters.realm], [401, "basic", "auth0"]);
  });
  await check("a wrong access token is answered with a challenge to Bearer", async () => {
    const groups = new URL(`${served.api}/file/group`);
    const config = await discover(served);
    const call = () => openid.fetchProtectedResource(config, "wrong", groups, "GET");
    const { cause, response } = await assertRejects(call, openid.WWWAuthenticateChallengeError);
    await response.body?.cancel();
    assert(cause.some(({ scheme }) => scheme === "bearer"));
  });
}

async function refusals(check: Check, served: ServedEmulator, assumed: (typeof ASSUMPTIONS)[number]): Promise<void> {
  for (const { what, grant, parameters, secret = CLIENT.secret, reported, specified } of REFUSALS) {
    const expected = assumed === "specified" && specified ? specified : reported;
    await check(`${what} is refused, as ${assumed}, with ${expected.join(" ")}`, async () => {
      const config = await discover(served, [CLIENT.id, openid.ClientSecretPost(secret)]);
      await assertRefused(openid.genericGrantRequest(config, grant, { ...parameters }), expected);
    });
  }
}

async function assertRefused(answer: Promise<unknown>, expected: readonly [number, string]): Promise<void> {
  const error = await answer.then(() => undefined, (error) => error);
  assertInstanceOf(error, openid.ResponseBodyError);
  assertEquals([error.status, error.error], [...expected]);
  assertEquals(typeof error.error_description, "string");
}
