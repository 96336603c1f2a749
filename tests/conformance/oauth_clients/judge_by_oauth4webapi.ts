import { assert, assertEquals, assertInstanceOf, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import type { Emulator } from "@xsignals/emulator";
import * as oauth from "oauth4webapi";
import type { Check, Judge } from "../judge.ts";
import { ask, type Asked, ISSUER } from "./asked_by_oauth4webapi.ts";
import { ASSUMPTIONS, REFUSALS } from "./refusals.ts";
import { CLIENT, loginParameters, ODD_CLIENT, openTenant, PASSWORD_REALM } from "./tenant.ts";

const OFFLINE = loginParameters({ scope: "openid offline_access" });

/** The emulator's Auth0 by an OAuth client that follows each RFC to the letter. */
export const judgeByOAuth4webapi: Judge = {
  name: "oauth4webapi",
  async judge(check) {
    const emulator = openTenant();
    const asked = await ask(emulator);
    await metadata(check, asked);
    for (const auth0Algorithm of ["RS256", "ES256"] as const) await signatures(check, auth0Algorithm);
    await scopes(check, asked);
    await clients(check, asked);
    await resource(check, emulator, asked);
    await rotation(check, asked);
    await revocation(check, asked);
    await headers(check, asked);
    for (const auth0Errors of ASSUMPTIONS) {
      const refusing = await ask(openTenant({ assumptions: { auth0Errors } }));
      for (const refusal of REFUSALS) await refused(check, refusing, refusal, auth0Errors);
    }
  },
};

async function metadata(check: Check, { server, options }: Asked): Promise<void> {
  await check("the metadata names the endpoints of the tenant", () => {
    const found = [server.issuer, server.token_endpoint, server.revocation_endpoint, server.jwks_uri];
    assertEquals(found, ["", "oauth/token", "oauth/revoke", ".well-known/jwks.json"].map((path) => ISSUER + path));
  });
  await check("the metadata lists the grants", () => {
    assertEquals([PASSWORD_REALM, "refresh_token"].map((one) => server.grant_types_supported?.includes(one)), [
      true,
      true,
    ]);
  });
  await check("OAuth's own discovery finds the same", async () => {
    const answer = await oauth.discoveryRequest(ISSUER, { ...options, algorithm: "oauth2" });
    assertEquals(await oauth.processDiscoveryResponse(ISSUER, answer), server);
  });
  await check("discovery refuses another issuer", async () => {
    const answer = await oauth.discoveryRequest(ISSUER, options);
    const other = new URL("https://auth.example.com/");
    await assertRejects(() => oauth.processDiscoveryResponse(other, answer), oauth.OperationProcessingError, "issuer");
  });
}

async function signatures(check: Check, auth0Algorithm: "RS256" | "ES256"): Promise<void> {
  await check(`an id_token is valid and signed with ${auth0Algorithm} by a published key`, async () => {
    const { server, options, answers } = await ask(openTenant({ auth0Algorithm }));
    const client = { client_id: CLIENT.id, id_token_signed_response_alg: auth0Algorithm };
    const post = oauth.ClientSecretPost(CLIENT.secret);
    const answer = await oauth.genericTokenEndpointRequest(server, client, post, PASSWORD_REALM, OFFLINE, options);
    const tokens = await oauth.processGenericTokenEndpointResponse(server, client, answer);
    await oauth.validateApplicationLevelSignature(server, answer, options);
    assertEquals(answers.at(-1)?.type, "application/json", "the keys");
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    assertEquals([claims?.iss, claims?.sub, claims?.aud], [server.issuer, "auth0|login", CLIENT.id]);
  });
}

async function scopes(check: Check, { token }: Asked): Promise<void> {
  await check("a login that asks for them gets a refresh token and an id_token, and is told its scope", async () => {
    const { access_token, refresh_token, id_token, ...rest } = await token(OFFLINE);
    assertEquals(rest, { token_type: "bearer", expires_in: 86_400, scope: "openid offline_access" });
    assert(access_token && refresh_token && id_token);
  });
  await check("a login that asks for no scope gets an access token alone", async () => {
    const { access_token, ...rest } = await token(loginParameters());
    assertEquals(rest, { token_type: "bearer", expires_in: 86_400 });
    assert(access_token);
  });
}

async function clients(check: Check, { token }: Asked): Promise<void> {
  for (const [name, { id, secret }] of Object.entries({ "a client": CLIENT, "an odd client": ODD_CLIENT })) {
    await check(`${name} is known by id and secret in the form`, async () => {
      assert((await token(loginParameters(), PASSWORD_REALM, oauth.ClientSecretPost(secret), id)).access_token);
    });
    await check(`${name} is known by Basic`, async () => {
      assert((await token(loginParameters(), PASSWORD_REALM, oauth.ClientSecretBasic(secret), id)).access_token);
    });
    await check(`${name} without its secret is refused`, async () => {
      const error = await assertRejects(
        () => token(loginParameters(), PASSWORD_REALM, oauth.None(), id),
        oauth.ResponseBodyError,
      );
      assertEquals([error.status, error.error], [401, "access_denied"]);
    });
  }
  await check("a client without a secret is known by its id", async () => {
    assert((await token(loginParameters(), PASSWORD_REALM, oauth.None(), "public")).access_token);
  });
  await check("a wrong secret by Basic is answered with a challenge to Basic", async () => {
    const error = await assertRejects(
      () => token(loginParameters(), PASSWORD_REALM, oauth.ClientSecretBasic("wrong")),
      oauth.WWWAuthenticateChallengeError,
    );
    assertEquals([error.status, error.cause[0]?.scheme], [401, "basic"]);
  });
}

async function resource(check: Check, emulator: Emulator, { token, call }: Asked): Promise<void> {
  await check("the API takes the access token", async () => {
    const { access_token } = await token(loginParameters());
    const answer = await call(access_token);
    assertEquals([answer.status, (await answer.json()).totalSize], [200, 3]);
  });
  await check("the API answers a wrong token with a challenge to Bearer", async () => {
    const error = await assertRejects(() => call("wrong"), oauth.WWWAuthenticateChallengeError);
    assert(error.cause.some(({ scheme }) => scheme === "bearer"));
    await error.response.body?.cancel();
  });
  await check("the API refuses a token that was taken back", async () => {
    const { access_token } = await token(loginParameters());
    emulator.revokeAccessTokens("login");
    const error = await assertRejects(() => call(access_token), oauth.WWWAuthenticateChallengeError);
    await error.response.body?.cancel();
  });
}

async function rotation(check: Check, { token, refresh }: Asked): Promise<void> {
  const first = await token(OFFLINE);
  let second = first;
  await check("a refresh gives a new pair", async () => {
    second = await refresh(first.refresh_token);
    assertEquals([second.token_type, second.expires_in, second.scope], ["bearer", 86_400, "openid offline_access"]);
    assertNotEquals([second.access_token, second.refresh_token], [first.access_token, first.refresh_token]);
    assertNotEquals(second.refresh_token, first.refresh_token);
    assertMatch(`${second.refresh_token}`, /^[\x20-\x7e]+$/);
  });
  await check("a refresh may ask for less", async () => {
    const third = await refresh(second.refresh_token, "offline_access");
    assertEquals([third.scope, third.id_token], ["offline_access", undefined]);
    second = third;
  });
  await check("a spent refresh token is refused", () => dead(() => refresh(first.refresh_token)));
  await check("its use ends the newest one, too", () => dead(() => refresh(second.refresh_token)));
  await check("without rotation the answer has no refresh token, and the old one stays", async () => {
    const unrotated = await ask(openTenant({ assumptions: { auth0Rotation: "off" } }));
    const { refresh_token } = await unrotated.token(OFFLINE);
    for (let round = 0; round < 2; round++) {
      assertEquals((await unrotated.refresh(refresh_token)).refresh_token, undefined);
    }
  });
}

async function revocation(check: Check, { token, refresh, revoke }: Asked): Promise<void> {
  await check("a revoked refresh token is refused, and may be revoked again", async () => {
    const { refresh_token } = await token(OFFLINE);
    await revoke(refresh_token);
    await revoke(refresh_token);
    await dead(() => refresh(refresh_token));
  });
  await check("an unknown token counts as revoked", () => revoke("unknown"));
  await check("another client cannot revoke the token", async () => {
    const { refresh_token } = await token(OFFLINE);
    await revoke(refresh_token, oauth.ClientSecretPost("another secret"), "other");
    assert((await refresh(refresh_token)).access_token);
  });
  await check("a client with a wrong secret cannot revoke", async () => {
    const error = await assertRejects(() => revoke("any", oauth.ClientSecretPost("wrong")), oauth.ResponseBodyError);
    assertEquals([error.status, error.error], [401, "access_denied"]);
  });
}

/** The library reads JSON whatever an answer says it is; what RFC 6749, 5.1, and RFC 8414, 3.2, demand is checked here. */
async function headers(check: Check, { answers }: Asked): Promise<void> {
  await check("every answer with a body is JSON", () => {
    const types = answers.filter(({ path }) => path !== "/oauth/revoke").map(({ type }) => type);
    assertEquals([...new Set(types)], ["application/json"]);
  });
  await check("no answer with tokens is to be kept", () => {
    const tokens = answers.filter(({ path, status }) => path === "/oauth/token" && status === 200);
    assert(tokens.length > 5);
    assertEquals([...new Set(tokens.map(({ cache }) => cache))], ["no-store"]);
  });
}

async function dead(refresh: () => Promise<unknown>): Promise<void> {
  const { status, error } = await assertRejects(refresh, oauth.ResponseBodyError);
  assertEquals([status, error], [403, "invalid_grant"]);
}

async function refused(
  check: Check,
  { token }: Asked,
  { what, grant, parameters, secret = CLIENT.secret, reported, specified }: (typeof REFUSALS)[number],
  assumed: (typeof ASSUMPTIONS)[number],
): Promise<void> {
  const expected = assumed === "specified" && specified ? specified : reported;
  await check(`${what} is refused, as ${assumed}, with ${expected.join(" ")}`, async () => {
    const error = await token(parameters, grant, oauth.ClientSecretPost(secret)).catch((error) => error);
    assertInstanceOf(error, oauth.ResponseBodyError);
    assertEquals([error.status, error.error], [...expected]);
    assertEquals(typeof error.error_description, "string");
    assertEquals(typeof error.cause.mfa_token, expected[1] === "mfa_required" ? "string" : "undefined");
  });
}
