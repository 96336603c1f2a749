import { basicValue, checkBasic } from "../basic_value.ts";
import { checkCredential, resolveCredential } from "../credential.ts";
import { SessionError } from "../errors.ts";
import { fingerprint, slowFingerprint } from "../fingerprint.ts";
import { sendNewPassword } from "../password_call.ts";
import type { Grants, LoginAttempt } from "../renewal.ts";
import { renewingSource } from "../sources/renewing.ts";
import { tokenFromHeld, tokenFromLogin } from "../token.ts";
import { callTokenEndpoint, failure } from "../token_endpoint.ts";
import type { Credential, HeldTokens, Io, Strategy, Token } from "../types.ts";

/** Options of {@link login}: credentials, or tokens from an earlier login, or both. */
export type LoginOptions =
  | {
    /** The account's user name, exactly as the server has it. */
    readonly username: Credential;
    /** Its password. */
    readonly password: Credential;
    /** Tokens to begin with, so that no login is spent. */
    readonly tokens?: HeldTokens;
  }
  | {
    /** Tokens to begin with. When they can no longer be renewed the session ends with `login_required`. */
    readonly tokens: HeldTokens;
    /** Not given. */
    readonly username?: never;
    /** Not given. */
    readonly password?: never;
  };

const LOG_IN = "log in";
const REFRESH = "renew the session";
const LOG_OUT = "log out at the server";

/**
 * The XSignals login: `GET /auth/login` once, then `POST /auth/refresh` whenever the token is about to expire.
 *
 * Use it for accounts with a password of the platform's own; it sends the password once a session. Not for accounts that
 * sign in by SSO: those take `auth0`.
 *
 * @param options User name and password, each of which may be a function that is asked at every login; or the tokens of an
 *   earlier login. A refresh answer's new refresh token replaces the old one, which is never sent again.
 * @returns The strategy for `createSession`. `changePassword` works; with credentials the session goes on with the new
 *   password, with tokens alone it keeps them. `logout` ends the refresh token at the server.
 * @throws {TypeError} When the user name has a colon, or a credential is empty or has a control character.
 *
 * @see {@link https://developer.xpansiv.com/developer-portal/xsignals/authorization | Vendor's page}
 *
 * @example
 * ```ts
 * import { createSession, login } from "@xsignals/session";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const emulator = createEmulator({ users: { login: "password" } });
 * const session = createSession({ strategy: login({ username: "login", password: "password" }), fetch: emulator.fetch });
 * const response = await session.fetch("/file/group?size=1");
 *
 * assertEquals(response.status, 200);
 * await response.body?.cancel();
 * await session.logout();
 * ```
 */
export function login(options: LoginOptions): Strategy {
  const { username, password, tokens } = options;
  if (tokens === undefined || username !== undefined || password !== undefined) {
    checkCredential("user name", username);
    checkCredential("password", password);
    checkBasic(asText(username), asText(password));
  }
  if (tokens !== undefined) tokenFromHeld(tokens, 0);
  return (io) => {
    let current = password;
    const held = tokens;
    const grants: Grants = {
      async identity() {
        const subject = username !== undefined
          ? await resolveCredential("user name", username)
          : await fingerprint(held?.refreshToken ?? held?.accessToken ?? "");
        return await fingerprint(io.baseUrl, "login", subject);
      },
      ...(held === undefined ? {} : { seed: () => Promise.resolve(tokenFromHeld(held, io.clock.now())) }),
      refresh: (token) => refresh(io, token),
      ...(username === undefined || current === undefined ? {} : {
        login: async () =>
          attempt(
            io,
            await resolveCredential("user name", username),
            await resolveCredential("password", current ?? ""),
          ),
      }),
      end: (token) => end(io, token),
    };
    return renewingSource(io, grants, {
      send: (token, next) => sendNewPassword(io, token, next),
      ...(username === undefined ? {} : {
        use(next: string) {
          current = next;
        },
      }),
    });
  };
}

function attempt(io: Io, username: string, password: string): LoginAttempt {
  const credential = basicValue(username, password);
  return {
    fingerprint: (like) => slowFingerprint(credential, like),
    async send() {
      const answer = await callTokenEndpoint(io, {
        purpose: LOG_IN,
        method: "GET",
        url: `${io.baseUrl}/auth/login`,
        headers: { authorization: `Basic ${credential}`, "cache-control": "no-store" },
      });
      const { status } = answer;
      if (status >= 200 && status < 300) return tokenFromLogin(answer.json, answer.receipt);
      if (status === 401 || status === 403) {
        throw new SessionError("credentials_rejected", `Cannot ${LOG_IN}: the server refused the credentials`, {
          status,
        });
      }
      throw failure(LOG_IN, answer);
    },
  };
}

async function refresh(io: Io, spent: Token): Promise<Token> {
  const answer = await callTokenEndpoint(io, {
    purpose: REFRESH,
    method: "POST",
    url: `${io.baseUrl}/auth/refresh`,
    body: { type: "application/json", text: JSON.stringify({ refreshToken: spent.refresh }) },
  });
  const { status } = answer;
  if (status >= 200 && status < 300) return tokenFromLogin(answer.json, answer.receipt, spent);
  if (status === 400 || status === 401 || status === 403) {
    throw new SessionError("login_required", `Cannot ${REFRESH}: the server refused the refresh token`, { status });
  }
  throw failure(REFRESH, answer);
}

/** A 401 means that there is nothing left to end. */
async function end(io: Io, token: Token): Promise<void> {
  if (token.refresh === undefined) return;
  const answer = await callTokenEndpoint(io, {
    purpose: LOG_OUT,
    method: "POST",
    url: `${io.baseUrl}/auth/logout`,
    headers: { authorization: `${token.scheme} ${token.value}` },
    body: { type: "application/json", text: JSON.stringify({ refreshToken: token.refresh }) },
  });
  if (answer.status !== 401 && (answer.status < 200 || answer.status >= 300)) throw failure(LOG_OUT, answer);
}

function asText(credential: Credential | undefined): string | undefined {
  return typeof credential === "string" ? credential : undefined;
}
