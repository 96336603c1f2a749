import { assert, assertEquals, assertInstanceOf, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { type EmulatorOptions, serveEmulator } from "@xsignals/emulator/serve";
import * as oauth from "oauth4webapi";
import { type Check, judge } from "../judge.ts";

/** The grant that the vendor prescribes; an identifier, not a page. */
const PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm";

/** The client of most calls. */
const CLIENT = { id: "client", secret: "secret" } as const;

/** A client whose id and secret have to be encoded, in a form and in Basic. */
const ODD_CLIENT = { id: "an id+1:%2", secret: "päss wörd+&=:%41" } as const;

/** A user who has a second factor. */
const SECOND_FACTOR = "second@factor.example";

/** What all emulators have in common. */
const TENANT = {
  users: { login: "password", blocked: "password", [SECOND_FACTOR]: { password: "password", mfa: true } },
  clients: { [CLIENT.id]: CLIENT.secret, [ODD_CLIENT.id]: ODD_CLIENT.secret, other: "another secret", public: null },
} as const satisfies EmulatorOptions;

/** The parameters of a login, with others in their place. */
function loginParameters(others: Readonly<Record<string, string>> = {}): Record<string, string> {
  const user = { username: "login", password: "password", realm: "Username-Password-Authentication" };
  return { ...user, audience: "https://xpansiv/platform", ...others };
}

/** Those of a login that asks for a refresh token and an id_token. */
const OFFLINE = loginParameters({ scope: "openid offline_access" });

const ALGORITHMS = ["RS256", "ES256"] as const;

type Refusal = readonly [status: number, code: string];

/** Requests by what is in the place of a right member; the grant and the client's secret count as members. */
const REFUSALS: readonly (readonly [what: string, others: Record<string, string>, Refusal, Refusal?])[] = [
  ["a wrong password", { password: "wrong" }, [403, "invalid_grant"], [401, "invalid_user_password"]],
  ["an unknown user", { username: "nobody" }, [403, "invalid_grant"], [401, "invalid_user_password"]],
  ["a blocked user", { username: "blocked" }, [403, "unauthorized"], [401, "unauthorized"]],
  ["a second factor", { username: SECOND_FACTOR }, [403, "mfa_required"], [401, "mfa_required"]],
  ["an unknown audience", { audience: "https://example.com" }, [403, "access_denied"]],
  ["an unknown realm", { realm: "elsewhere" }, [400, "invalid_request"]],
  ["an empty password", { password: "" }, [400, "invalid_request"]],
  ["a wrong client secret", { secret: "wrong" }, [401, "access_denied"], [401, "invalid_client"]],
  ["a wrong token", { grant: "refresh_token", refresh_token: "x" }, [403, "invalid_grant"], [401, "invalid_grant"]],
  ["no refresh token", { grant: "refresh_token" }, [400, "invalid_request"]],
  ["a grant that the client may not use", { grant: "password" }, [403, "unauthorized_client"]],
  ["an unknown grant", { grant: "urn:example:grant" }, [400, "unsupported_grant_type"]],
];

/** The emulator's Auth0, over HTTP, by an OAuth client that follows each RFC to the letter. */
judge("oauth4webapi", async (check, atEnd) => {
  const open = async (options: EmulatorOptions = {}) => await ask(options, atEnd);
  const asked = await open();
  await metadata(check, asked);
  for (const algorithm of ALGORITHMS) await signatures(check, await open({ auth0Algorithm: algorithm }), algorithm);
  for (const part of [logins, clients, resource, revocation, headers]) await part(check, asked);
  await rotation(check, asked, await open({ assumptions: { auth0Rotation: "off" } }));
  for (const auth0Errors of ["reported", "specified"] as const) {
    await refusals(check, await open({ assumptions: { auth0Errors } }), auth0Errors);
  }
});

type Asked = Awaited<ReturnType<typeof ask>>;

/** Discovers an emulator's Auth0 as the client, which is the one of most calls. */
async function ask(emulatorOptions: EmulatorOptions, atEnd: (end: () => unknown) => void) {
  const { emulator, api, auth0, stop } = await serveEmulator({ ...TENANT, ...emulatorOptions });
  atEnd(stop);
  emulator.block("blocked");
  const issuer = new URL(auth0);
  const answers: { readonly path: string; readonly status: number; readonly headers: Headers }[] = [];
  const options = {
    [oauth.allowInsecureRequests]: true,
    async [oauth.customFetch](url: string, init: RequestInit): Promise<Response> {
      const answer = await fetch(url, init);
      answers.push({ path: new URL(url).pathname, status: answer.status, headers: answer.headers });
      return answer;
    },
  };
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
  const [own, post] = [{ client_id: CLIENT.id }, oauth.ClientSecretPost(CLIENT.secret)];
  return {
    emulator,
    issuer,
    server,
    options,
    /** Every answer so far, in short. */
    answers,
    /** Asks for a token, with the client's id and secret in the form unless told otherwise. */
    async token(
      parameters: Readonly<Record<string, string>>,
      { grant = PASSWORD_REALM, auth = post, client = own as oauth.Client, signed = false } = {},
    ): Promise<oauth.TokenEndpointResponse> {
      const answer = await oauth.genericTokenEndpointRequest(server, client, auth, grant, { ...parameters }, options);
      const tokens = await oauth.processGenericTokenEndpointResponse(server, client, answer);
      if (signed) await oauth.validateApplicationLevelSignature(server, answer, options);
      return tokens;
    },
    async refresh(token: string | undefined, additionalParameters: Record<string, string> = {}) {
      const more = { ...options, additionalParameters };
      const answer = await oauth.refreshTokenGrantRequest(server, own, post, `${token}`, more);
      return await oauth.processRefreshTokenResponse(server, own, answer);
    },
    async revoke(token: string | undefined, auth = post, client_id: string = CLIENT.id): Promise<void> {
      const more = { ...options, additionalParameters: { token_type_hint: "refresh_token" } };
      const answer = await oauth.revocationRequest(server, { client_id }, auth, `${token}`, more);
      await oauth.processRevocationResponse(answer);
    },
    /** Calls the API. */
    call: (accessToken: string) =>
      oauth.protectedResourceRequest(accessToken, "GET", new URL(`${api}/file/group`), undefined, undefined, {
        [oauth.allowInsecureRequests]: true,
      }),
  };
}

async function metadata(check: Check, { issuer, server, options }: Asked): Promise<void> {
  await check("the metadata names the endpoints of the tenant", () => {
    const found = [server.issuer, server.token_endpoint, server.revocation_endpoint, server.jwks_uri];
    assertEquals(found, ["", "oauth/token", "oauth/revoke", ".well-known/jwks.json"].map((path) => issuer + path));
  });
  await check("the metadata lists the grants and the ways to authenticate", () => {
    for (const grant of [PASSWORD_REALM, "refresh_token"]) assert(server.grant_types_supported?.includes(grant));
    for (const way of ["client_secret_post", "client_secret_basic", "none"]) {
      assert(server.token_endpoint_auth_methods_supported?.includes(way));
    }
  });
  await check("OAuth's own discovery finds the same", async () => {
    const answer = await oauth.discoveryRequest(issuer, { ...options, algorithm: "oauth2" });
    assertEquals(await oauth.processDiscoveryResponse(issuer, answer), server);
  });
}

async function signatures(check: Check, { server, token, answers }: Asked, algorithm: string): Promise<void> {
  await check(`an id_token is valid and signed with ${algorithm} by a published key`, async () => {
    const client = { client_id: CLIENT.id, id_token_signed_response_alg: algorithm };
    const claims = oauth.getValidatedIdTokenClaims(await token(OFFLINE, { client, signed: true }));
    assertEquals(answers.at(-1)?.headers.get("content-type"), "application/json", "the keys");
    assertEquals([claims?.iss, claims?.sub, claims?.aud], [server.issuer, "auth0|login", CLIENT.id]);
  });
}

async function logins(check: Check, { token }: Asked): Promise<void> {
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
  const logIn = (client_id: string, auth: oauth.ClientAuth) =>
    token(loginParameters(), { auth, client: { client_id } });
  for (const [name, { id, secret }] of Object.entries({ "a client": CLIENT, "an odd client": ODD_CLIENT })) {
    await check(`${name} is known by id and secret in the form`, () => logIn(id, oauth.ClientSecretPost(secret)));
    await check(`${name} is known by Basic`, () => logIn(id, oauth.ClientSecretBasic(secret)));
    await check(`${name} without its secret is refused`, () => {
      return assertRefused(() => logIn(id, oauth.None()), 401, "access_denied");
    });
  }
  await check("a client without a secret is known by its id", () => logIn("public", oauth.None()));
  await check("a wrong secret by Basic is answered with a challenge to Basic", async () => {
    const { status, cause } = await assertRejects(
      () => logIn(CLIENT.id, oauth.ClientSecretBasic("wrong")),
      oauth.WWWAuthenticateChallengeError,
    );
    assertEquals([status, cause[0]?.scheme, cause[0]?.parameters.realm], [401, "basic", "auth0"]);
  });
}

async function resource(check: Check, { emulator, token, call }: Asked): Promise<void> {
  async function assertChallenged(accessToken: string): Promise<void> {
    const { cause, response } = await assertRejects(() => call(accessToken), oauth.WWWAuthenticateChallengeError);
    assert(cause.some(({ scheme }) => scheme === "bearer"));
    await response.body?.cancel();
  }
  await check("the API takes the access token", async () => {
    const answer = await call((await token(loginParameters())).access_token);
    assertEquals([answer.status, (await answer.json()).totalSize], [200, 3]);
  });
  await check("the API answers a wrong token with a challenge to Bearer", () => assertChallenged("wrong"));
  await check("the API refuses a token that was taken back", async () => {
    const { access_token } = await token(loginParameters());
    emulator.revokeAccessTokens("login");
    await assertChallenged(access_token);
  });
}

async function rotation(check: Check, { token, refresh }: Asked, unrotated: Asked): Promise<void> {
  const first = await token(OFFLINE);
  let newest = first;
  await check("a refresh gives a new pair", async () => {
    newest = await refresh(first.refresh_token);
    assertEquals([newest.token_type, newest.expires_in, newest.scope], ["bearer", 86_400, "openid offline_access"]);
    assertNotEquals(newest.access_token, first.access_token);
    assertNotEquals(newest.refresh_token, first.refresh_token);
    assertMatch(`${newest.refresh_token}`, /^[\x20-\x7e]+$/);
  });
  await check("a refresh may name the audience and ask for less", async () => {
    newest = await refresh(newest.refresh_token, { audience: OFFLINE.audience!, scope: "offline_access" });
    assertEquals([newest.scope, newest.id_token], ["offline_access", undefined]);
  });
  await check("a spent refresh token is refused", () => assertRefused(() => refresh(first.refresh_token)));
  await check("its use ends the newest one, too", () => assertRefused(() => refresh(newest.refresh_token)));
  await check("a refresh token of another client is refused", async () => {
    const refresh_token = `${(await token(OFFLINE)).refresh_token}`;
    const [auth, client] = [oauth.ClientSecretPost("another secret"), { client_id: "other" }];
    await assertRefused(() => token({ refresh_token }, { grant: "refresh_token", auth, client }));
  });
  await check("without rotation the answer has no refresh token, and the old one stays", async () => {
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
    await assertRefused(() => refresh(refresh_token));
  });
  await check("an unknown token counts as revoked", () => revoke("unknown"));
  await check("another client cannot revoke the token", async () => {
    const { refresh_token } = await token(OFFLINE);
    await revoke(refresh_token, oauth.ClientSecretPost("another secret"), "other");
    assert((await refresh(refresh_token)).access_token);
  });
  await check("a client with a wrong secret cannot revoke", () => {
    return assertRefused(() => revoke("any", oauth.ClientSecretPost("wrong")), 401, "access_denied");
  });
}

/** The library reads JSON whatever an answer says it is; what RFC 6749, 5.1, and RFC 8414, 3.2, demand is checked here. */
async function headers(check: Check, { answers }: Asked): Promise<void> {
  await check("every answer with a body is JSON", () => {
    const withBody = answers.filter(({ path }) => path !== "/oauth/revoke");
    assertEquals([...new Set(withBody.map(({ headers }) => headers.get("content-type")))], ["application/json"]);
  });
  await check("no answer with tokens is to be kept", () => {
    const tokens = answers.filter(({ path, status }) => path === "/oauth/token" && status === 200);
    assert(tokens.length > 5);
    assertEquals([...new Set(tokens.map(({ headers }) => headers.get("cache-control")))], ["no-store"]);
  });
}

/** What each grant can be refused for: as people report it, and as Auth0's pages say where that differs. */
async function refusals(check: Check, { token }: Asked, assumed: "reported" | "specified"): Promise<void> {
  for (const [what, { grant = PASSWORD_REALM, secret = CLIENT.secret, ...others }, ...both] of REFUSALS) {
    const [status, code] = both[assumed === "reported" ? 0 : 1] ?? both[0];
    await check(`${what} is refused, as ${assumed}, with ${status} ${code}`, async () => {
      const parameters = grant === "refresh_token" ? others : loginParameters(others);
      const ask = () => token(parameters, { grant, auth: oauth.ClientSecretPost(secret) });
      const error = await assertRefused(ask, status, code);
      assertEquals(typeof error.error_description, "string");
      assertEquals(typeof error.cause.mfa_token, code === "mfa_required" ? "string" : "undefined");
    });
  }
}

async function assertRefused(
  work: () => Promise<unknown>,
  status = 403,
  code = "invalid_grant",
): Promise<oauth.ResponseBodyError> {
  const error = await work().catch((error) => error);
  assertInstanceOf(error, oauth.ResponseBodyError);
  assertEquals([error.status, error.error], [status, code]);
  return error;
}
