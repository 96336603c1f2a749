/**
 * The operations of Auth0 that single sign-on to the XSignals API needs, at Xpansiv's domain.
 *
 * Most programs want the `auth0` strategy of `@xsignals/session` instead, which keeps the tokens fresh.
 *
 * @module
 */
import { connectHost, type ConnectOptions } from "./connect.ts";
import { host } from "./gen/auth0/host.gen.ts";
import { host as xsignals } from "./gen/xsignals/host.gen.ts";
import type { Client } from "./auth0_client.ts";

/** Options of {@link connect}: not a session, which belongs to the API. */
export interface Auth0ConnectOptions extends ConnectOptions {
  /** Marks a session, which cannot be connected here. */
  readonly logout?: never;
}

/**
 * Connects the operations of this entry point to Auth0.
 *
 * Not to a session: that is bound to the API, and a password meant for Auth0 would go there.
 *
 * @param options `fetch` sends the calls (default: the platform's); `baseUrl` says where Auth0 is (default:
 *   `https://auth.xpansiv.com`).
 * @returns A client to give to each operation as `client`.
 * @throws {TypeError} If the base URL is not an address, or is the API's, or if a session is given.
 *
 * @example
 * ```ts
 * import { connect, openidConfiguration } from "@xsignals/client/auth0";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const { data } = await openidConfiguration({ client: connect({ fetch: createEmulator().fetch }) });
 *
 * assertEquals(data?.issuer, "https://auth.xpansiv.com/");
 * ```
 */
export function connect(options: Auth0ConnectOptions = {}): Client {
  if ("logout" in options) throw new TypeError("Cannot connect a session to Auth0: it is bound to the API's host");
  return { host: "auth0", ...connectHost(host, xsignals, options) };
}

export { ClientError } from "./client_error.ts";
export type { ConnectOptions, FetchLike } from "./connect.ts";
export type { Client } from "./auth0_client.ts";
export { oauthRevoke, oauthToken, openidConfiguration } from "./gen/auth0/sdk.gen.ts";
export type {
  OAuthError,
  OAuthErrorBody,
  OpenIdConfiguration,
  PasswordRealmGrant,
  RefreshTokenGrant,
  RevokeRequest,
  TokenRequest,
  TokenResponse,
} from "./gen/auth0/types.gen.ts";
