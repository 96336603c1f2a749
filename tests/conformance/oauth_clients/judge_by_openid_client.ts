import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { type ServedEmulator, serveEmulator } from "@xsignals/emulator/serve";
import * as openid from "openid-client";
import type { Check, Judge } from "../judge.ts";
import { CLIENT, ODD_CLIENT, OFFLINE, PASSWORD_REALM, TENANT } from "./tenant.ts";

type Client = readonly [id: string, auth: openid.ClientAuth];
const OWN: Client = [CLIENT.id, openid.ClientSecretPost(CLIENT.secret)];

/** Who asks for tokens, by each way that the metadata lists. */
const CLIENTS: Readonly<Record<string, Client>> = {
  client_secret_post: OWN,
  client_secret_basic: [ODD_CLIENT.id, openid.ClientSecretBasic(ODD_CLIENT.secret)],
  none: ["public", openid.None()],
};

/**
 * The emulator's Auth0, over HTTP, by an OpenID Connect client that finds out by discovery what to call. What is refused,
 * and how, `oauth4webapi` judges, on which it is built.
 */
export const judgeByOpenidClient: Judge = {
  name: "openid-client",
  async judge(check, atEnd) {
    const served = await serveEmulator(TENANT);
    atEnd(served.stop);
    for (const algorithm of ["oidc", "oauth2"] as const) await discovery(check, served, algorithm);
    for (const [way, client] of Object.entries(CLIENTS)) await tokensOf(check, served, way, client);
    await check("a refresh token of another client is refused", async () => {
      const { refresh_token } = await openid.genericGrantRequest(await discover(served), PASSWORD_REALM, OFFLINE);
      const other = await discover(served, ["other", openid.ClientSecretPost("another secret")]);
      await assertRefused(openid.refreshTokenGrant(other, `${refresh_token}`));
    });
  },
};

function discover(
  { auth0 }: ServedEmulator,
  [id, auth] = OWN,
  algorithm: "oidc" | "oauth2" = "oidc",
): Promise<openid.Configuration> {
  const execute = [openid.allowInsecureRequests, openid.enableNonRepudiationChecks];
  return openid.discovery(new URL(auth0), id, {}, auth, { algorithm, execute });
}

async function discovery(check: Check, served: ServedEmulator, algorithm: "oidc" | "oauth2"): Promise<void> {
  await check(`discovery by ${algorithm} finds the server as it was asked`, async () => {
    const found = (await discover(served, OWN, algorithm)).serverMetadata();
    assertEquals(
      [found.issuer, found.token_endpoint, found.revocation_endpoint, found.jwks_uri],
      ["", "oauth/token", "oauth/revoke", ".well-known/jwks.json"].map((path) => `${served.auth0}/${path}`),
    );
    for (const way of Object.keys(CLIENTS)) assert(found.token_endpoint_auth_methods_supported?.includes(way));
    for (const grant of [PASSWORD_REALM, "refresh_token"]) assert(found.grant_types_supported?.includes(grant));
  });
}

async function tokensOf(check: Check, served: ServedEmulator, way: string, client: Client): Promise<void> {
  const config = await discover(served, client);
  const logIn = () => openid.genericGrantRequest(config, PASSWORD_REALM, OFFLINE);
  const refresh = (token: string | undefined) => openid.refreshTokenGrant(config, `${token}`);
  const first = await logIn();
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
    second = await refresh(first.refresh_token);
    assertNotEquals(second.access_token, first.access_token);
    assertNotEquals(second.refresh_token, first.refresh_token);
    assertEquals([second.expires_in, second.claims()?.sub], [86_400, "auth0|login"]);
  });
  await check(`${way}: after the revocation there is no refresh`, async () => {
    await openid.tokenRevocation(config, `${second.refresh_token}`, { token_type_hint: "refresh_token" });
    await assertRefused(refresh(second.refresh_token));
  });
  await check(`${way}: the use of a spent refresh token ends the newest one`, async () => {
    const { refresh_token: spent } = await logIn();
    const { refresh_token: newest } = await refresh(spent);
    await assertRefused(refresh(spent));
    await assertRefused(refresh(newest));
  });
}

async function assertRefused(answer: Promise<unknown>): Promise<void> {
  const { status, error } = await assertRejects(() => answer, openid.ResponseBodyError);
  assertEquals([status, error], [403, "invalid_grant"]);
}
