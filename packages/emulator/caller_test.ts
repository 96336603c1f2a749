/** Shared by the tests of this package: an emulator with a clock to move, and short forms of its calls. Has no test. */
import { createEmulator, type Emulator } from "./emulator.ts";
import type { EmulatorOptions } from "./options.ts";

export const API = "https://api.xsignals.xpansiv.com";
export const AUTH0 = "https://auth.xpansiv.com";
export const PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm";

/** A pair of tokens, as `/auth/login` answers it. */
export interface Pair {
  readonly token: string;
  readonly refreshToken: string;
}

export interface Caller {
  readonly emulator: Emulator;
  readonly clock: { ms: number };
  get(path: string, authorization?: string, headers?: HeadersInit): Promise<Response>;
  post(path: string, body: unknown, authorization?: string): Promise<Response>;
  /** The answer's status, its body dropped. */
  status(answer: Promise<Response>): Promise<number>;
  login(username?: string, password?: string): Promise<Pair>;
  refresh(refreshToken: string, authorization?: string): Promise<Response>;
  logout(pair: Pair): Promise<Response>;
  /** A token request of the default client, in a form. */
  oauth(parameters?: Record<string, string>, headers?: HeadersInit): Promise<Response>;
}

export function createCaller(options: EmulatorOptions = {}): Caller {
  const clock = { ms: Date.UTC(2024, 2, 5, 12) };
  const emulator = createEmulator({ now: () => clock.ms, auth0Algorithm: "HS256", ...options });
  const { fetch } = emulator;

  function get(path: string, authorization?: string, headers: HeadersInit = {}): Promise<Response> {
    return fetch(API + path, {
      headers: { ...headers, ...(authorization ? { authorization } : {}) },
      redirect: "manual",
    });
  }
  function post(path: string, body: unknown, authorization?: string): Promise<Response> {
    const headers = { "content-type": "application/json", ...(authorization ? { authorization } : {}) };
    return fetch(API + path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  return {
    emulator,
    clock,
    get,
    post,
    async status(answer) {
      const { status, body } = await answer;
      await body?.cancel();
      return status;
    },
    async login(username = "login", password = "password") {
      const answer = await get("/auth/login", basic(username, password));
      if (answer.status !== 200) throw new Error(`login: ${answer.status}`);
      return await answer.json();
    },
    refresh: (refreshToken, authorization) => post("/auth/refresh", { refreshToken }, authorization),
    logout: ({ token, refreshToken }) => post("/auth/logout", { refreshToken }, `Bearer ${token}`),
    oauth(parameters = {}, headers = {}) {
      const body = new URLSearchParams({
        ...(parameters.grant_type ? {} : {
          grant_type: PASSWORD_REALM,
          username: "login",
          password: "password",
          realm: "Username-Password-Authentication",
          audience: "https://xpansiv/platform",
        }),
        ...(new Headers(headers).has("authorization") ? {} : { client_id: "client", client_secret: "secret" }),
        ...parameters,
      });
      return fetch(`${AUTH0}/oauth/token`, { method: "POST", body, headers });
    },
  };
}

export function basic(username = "login", password = "password"): string {
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${username}:${password}`)))}`;
}
