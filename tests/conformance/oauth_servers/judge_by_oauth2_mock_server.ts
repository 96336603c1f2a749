import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { auth0, type Session, SessionError } from "@xsignals/session";
import type { StatusCodeMutableResponse } from "oauth2-mock-server";
import type { Check, Judge } from "../judge.ts";
import {
  answerNext,
  CLIENT,
  held,
  hold,
  LIFETIME,
  machine,
  type OpenMockServer,
  openOAuth2MockServer,
} from "./open_oauth2_mock_server.ts";

/** The strategies `auth0`, from a held refresh token, and `clientCredentials` under a server that says what it is told to. */
export const judgeByOAuth2MockServer: Judge = {
  name: "oauth2-mock-server",
  async judge(check) {
    const opened = await openOAuth2MockServer();
    try {
      await renewals(check, opened);
      await answers(check, opened);
      await refusals(check, opened);
      await logouts(check, opened);
      await otherGrants(check, opened);
    } finally {
      await opened.stop();
    }
  },
};

async function renewals(check: Check, opened: OpenMockServer): Promise<void> {
  await check(
    "a held refresh token gets a token that the API verifies, and each expiry spends the newest",
    async () => {
      const { session, clock, calls } = hold(opened, held(opened));
      for (let round = 0; round < 3; round++) {
        await assertKnown(session);
        clock.advance(LIFETIME);
      }
      const given = calls.log.map(({ answer }) => answer.refresh_token);
      assertEquals(calls.log.map(({ parameters }) => parameters.refresh_token), ["held", ...given.slice(0, 2)]);
      assertEquals(calls.log.map(({ parameters }) => [parameters.client_id, parameters.client_secret]), [
        ...Array(3).fill(["client", "secret"]),
      ]);
    },
  );
  await check("a held access token that the API refuses is renewed once, whoever waits", async () => {
    const { session, calls } = hold(opened, held(opened, { accessToken: "refused", refreshToken: "held" }));
    await Promise.all(Array.from({ length: 50 }, () => assertKnown(session)));
    assertEquals(calls.since(), ["refresh_token"]);
  });
}

async function answers(check: Check, opened: OpenMockServer): Promise<void> {
  const taken: Readonly<Record<string, (body: Record<string, unknown>) => Record<string, unknown>>> = {
    "without a refresh token: the one that was sent stays": ({ refresh_token: _, ...body }) => body,
    "without a lifetime: the token's own counts": ({ expires_in: _, ...body }) => body,
    "with the lifetime as text": (body) => ({ ...body, expires_in: String(body.expires_in) }),
    "with the token type in capitals": (body) => ({ ...body, token_type: "BEARER" }),
    "with members that nobody knows": (body) => ({ ...body, more: { of: [1] } }),
  };
  for (const [what, change] of Object.entries(taken)) {
    await check(`an answer ${what}`, async () => {
      const { session, clock, calls } = hold(opened, held(opened));
      answerNext(opened, (answer) => answer.body = change({ ...Object(answer.body) }));
      await assertKnown(session);
      const { expiresAt = 0 } = await session.token();
      assert(Math.abs(expiresAt - clock.now() - LIFETIME) < 5000);
      clock.advance(LIFETIME);
      await assertKnown(session);
      const [first, second] = calls.log;
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
      const { session } = hold(opened, machine(opened));
      answerNext(opened, (answer) => answer.body = change({ ...Object(answer.body) }));
      await assertFails(session.fetch("/file/group"), "bad_response");
    });
  }
}

async function refusals(check: Check, opened: OpenMockServer): Promise<void> {
  const refused = {
    invalid_grant: [400, "login_required", "is not sent again"],
    invalid_client: [401, "credentials_rejected", "is not sent again"],
    server_error: [500, "login_required", "may be spent, and is not sent again"],
    temporarily_unavailable: [503, "unreachable", "is sent again"],
    slow_down: [429, "rate_limited", "is sent again"],
  } as const;
  for (const [error, [statusCode, code, then]] of Object.entries(refused)) {
    await check(`${statusCode} ${error} is told as ${code}, and the refresh token ${then}`, async () => {
      const { session, calls } = hold(opened, held(opened));
      answerNext(opened, (answer) => Object.assign(answer, { statusCode, body: { error } }));
      await assertFails(session.token(), code);
      if (then === "is sent again") await assertKnown(session);
      else await assertFails(session.fetch("/file/group"), code);
      assertEquals(calls.log.map(({ parameters }) => parameters.refresh_token), [
        ...Array(then === "is sent again" ? 2 : 1).fill("held"),
      ]);
    });
  }
}

async function logouts(check: Check, opened: OpenMockServer): Promise<void> {
  await check("a logout revokes the newest refresh token", async () => {
    const { session, calls } = hold(opened, held(opened));
    await assertKnown(session);
    await session.logout();
    assertEquals(calls.since(), ["refresh_token", "revoke"]);
    const [first, second] = calls.log;
    assertEquals(second?.parameters.token, first?.answer.refresh_token);
    await assertFails(session.fetch("/file/group"), "login_required");
  });
  await check("a logout that the server fails at is told, and ends the session here", async () => {
    const { session } = hold(opened, held(opened));
    await assertKnown(session);
    opened.service.once("beforeRevoke", (answer: StatusCodeMutableResponse) => answer.statusCode = 503);
    await assertFails(session.logout(), "unreachable", 503);
    assertEquals(session.status().state, "logged_out");
  });
}

async function otherGrants(check: Check, opened: OpenMockServer): Promise<void> {
  await check("a password-realm grant, which this server does not know, is told as a bad answer", async () => {
    const strategy = auth0({ username: "login", password: "password", domain: opened.origin, ...CLIENT });
    await assertFails(hold(opened, strategy).session.token(), "bad_response", 400);
  });
  await check("client credentials get a token that the API verifies, and another at the expiry", async () => {
    const { session, clock, calls } = hold(opened, machine(opened));
    await assertKnown(session);
    clock.advance(LIFETIME);
    await assertKnown(session);
    assertEquals(calls.since(), ["client_credentials", "client_credentials"]);
  });
}

async function assertKnown(session: Session): Promise<void> {
  const answer = await session.fetch("/file/group");
  assertEquals([answer.status, await answer.json()], [200, { known: true }]);
}

async function assertFails(work: Promise<unknown>, code: SessionError["code"], status?: number): Promise<void> {
  const error = await work.then(() => undefined, (error) => error);
  assertInstanceOf(error, SessionError);
  assertEquals(error.code, code);
  if (status !== undefined) assertEquals(error.status, status);
}
