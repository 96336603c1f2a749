import { assert, assertEquals } from "@std/assert";
import { auth0, clientCredentials, type FetchLike, type InitialTokens } from "@xsignals/session";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { type MutableResponse, OAuth2Server, type StatusCodeMutableResponse } from "oauth2-mock-server";
import type { Check, Judge } from "../judge.ts";
import { assertFails, assertKnown, LIFETIME, watch } from "./watched_session.ts";

const CLIENT = { clientId: "client", clientSecret: "secret" };
const EXPIRED: InitialTokens = { accessToken: "expired", refreshToken: "held", expiresAt: 0 };

/** The strategies `auth0`, from a held refresh token, and `clientCredentials` under a server that says what it is told to. */
export const judgeByOAuth2MockServer: Judge = {
  name: "oauth2-mock-server",
  async judge(check, atEnd) {
    const endpoints = { token: "/oauth/token", revoke: "/oauth/revoke" };
    const server = new OAuth2Server(undefined, undefined, { endpoints });
    await server.issuer.keys.generate("RS256");
    await server.start(0, "127.0.0.1");
    atEnd(() => server.stop());
    server.issuer.url = `http://127.0.0.1:${server.address().port}`;
    for (const part of [renewals, answers, refusals, others]) await part(check, sessionsOf(server));
  },
};

type Opened = ReturnType<typeof sessionsOf>;

/** Sessions at the server, whose API takes the tokens that its published key verifies. */
function sessionsOf({ issuer: { url: origin = "" }, service }: OAuth2Server) {
  const keys = createRemoteJWKSet(new URL(`${origin}/jwks`));
  const api: FetchLike = async (input, init) => {
    const [, value = ""] = (new Request(input, init).headers.get("authorization") ?? "").split(" ");
    const known = await jwtVerify(value, keys, { issuer: origin }).then(() => true, () => false);
    return Response.json({ of: "login" }, { status: known ? 200 : 401 });
  };
  return {
    service,
    held: (tokens = EXPIRED) => watch(api, auth0({ tokens, domain: origin, ...CLIENT })),
    account: () => watch(api, auth0({ username: "login", password: "password", domain: origin, ...CLIENT })),
    machine: () => watch(api, clientCredentials({ tokenUrl: `${origin}/oauth/token`, ...CLIENT })),
    /** Changes the server's next answer to a token request. */
    answerNext: (change: (answer: MutableResponse) => unknown) => void service.once("beforeResponse", change),
  };
}

async function renewals(check: Check, { held }: Opened): Promise<void> {
  await check("a held refresh token gets a token that the API verifies, each expiry spends the newest", async () => {
    const account = held();
    for (let round = 0; round < 3; round++) {
      await assertKnown(account);
      account.clock.advance(LIFETIME);
    }
    const given = account.log.map(({ answer }) => answer.refresh_token);
    assertEquals(
      account.log.map(({ parameters: { refresh_token, client_id, client_secret } }) => [
        ...[refresh_token, client_id, client_secret],
      ]),
      ["held", ...given.slice(0, 2)].map((token) => [token, "client", "secret"]),
    );
  });
}

async function answers(check: Check, { held, machine, answerNext }: Opened): Promise<void> {
  const taken: Readonly<Record<string, (body: Record<string, unknown>) => Record<string, unknown>>> = {
    "without a refresh token: the one that was sent stays": ({ refresh_token: _, ...body }) => body,
    "without a lifetime: the token's own counts": ({ expires_in: _, ...body }) => body,
    "with the lifetime as text": (body) => ({ ...body, expires_in: String(body.expires_in) }),
    "with the token type in capitals": (body) => ({ ...body, token_type: "BEARER" }),
    "with members that nobody knows": (body) => ({ ...body, more: { of: [1] } }),
  };
  for (const [what, change] of Object.entries(taken)) {
    await check(`an answer ${what}`, async () => {
      const account = held();
      answerNext((answer) => answer.body = change({ ...Object(answer.body) }));
      await assertKnown(account);
      const { expiresAt = 0 } = await account.session.token();
      assert(Math.abs(expiresAt - account.clock.now() - LIFETIME) < 5000);
      account.clock.advance(LIFETIME);
      await assertKnown(account);
      const [first, second] = account.log;
      assertEquals(second?.parameters.refresh_token, first?.answer.refresh_token ?? "held");
    });
  }
  const unusable: typeof taken = {
    "no access token": ({ access_token: _, ...body }) => body,
    "another token type": (body) => ({ ...body, token_type: "DPoP" }),
    "a token that no header can carry": (body) => ({ ...body, access_token: "two words" }),
  };
  for (const [what, change] of Object.entries(unusable)) {
    await check(`an answer with ${what} is told as a bad one`, async () => {
      answerNext((answer) => answer.body = change({ ...Object(answer.body) }));
      await assertFails(machine(), "bad_response");
    });
  }
}

async function refusals(check: Check, { held, answerNext }: Opened): Promise<void> {
  const refused = {
    invalid_grant: [400, "login_required", "is not sent again"],
    invalid_client: [401, "credentials_rejected", "is not sent again"],
    server_error: [500, "login_required", "may be spent, and is not sent again"],
    temporarily_unavailable: [503, "unreachable", "is sent again"],
    slow_down: [429, "rate_limited", "is sent again"],
  } as const;
  for (const [error, [statusCode, code, then]] of Object.entries(refused)) {
    await check(`${statusCode} ${error} is told as ${code}, and the refresh token ${then}`, async () => {
      const account = held();
      answerNext((answer) => Object.assign(answer, { statusCode, body: { error } }));
      const status = code === "login_required" ? undefined : statusCode;
      await assertFails(account, code, status, account.session.token());
      if (then === "is sent again") await assertKnown(account);
      else await assertFails(account, code);
      const sent = account.log.map(({ parameters }) => parameters.refresh_token);
      assertEquals(sent, Array(then === "is sent again" ? 2 : 1).fill("held"));
    });
  }
}

async function others(check: Check, { held, account, service }: Opened): Promise<void> {
  await check("a logout that the server fails at is told, and ends the session here", async () => {
    const ended = held();
    await assertKnown(ended);
    service.once("beforeRevoke", (answer: StatusCodeMutableResponse) => answer.statusCode = 503);
    await assertFails(ended, "unreachable", 503, ended.session.logout());
    assertEquals(ended.session.status().state, "logged_out");
  });
  await check("a password-realm grant, which this server does not know, is told as a bad answer", async () => {
    await assertFails(account(), "bad_response", 400);
  });
}
