/**
 * A session that keeps a program authenticated against Xpansiv's XSignals API: one `fetch`, whatever the credential.
 *
 * Unofficial: not affiliated with Xpansiv or Auth0.
 *
 * ```ts
 * import { createSession, login } from "@xsignals/session";
 *
 * const session = createSession({ strategy: login({ username: "login", password: "password" }) });
 * const groups = () => session.fetch("/file/group?size=5");
 * ```
 *
 * @module
 */
export { createSession, type Session } from "./session.ts";
export type { SessionOptions } from "./options.ts";
export { basic, type BasicOptions } from "./strategies/basic.ts";
export { apiKey, bearer } from "./strategies/bearer.ts";
export { login, type LoginOptions } from "./strategies/login.ts";
export { auth0, type Auth0Options } from "./strategies/auth0.ts";
export { clientCredentials, type ClientCredentialsOptions } from "./strategies/client_credentials.ts";
export { assertion, type AssertionOptions } from "./strategies/assertion.ts";
export { renewing } from "./renewal/renewing.ts";
export type { Grants, Login, Refresh } from "./renewal/renewal.ts";
export type { PasswordChange } from "./wire/password.ts";
export { type OAuthClient, type OAuthForm, requestToken } from "./wire/oauth.ts";
export { memoryStore } from "./stores/memory.ts";
export { type FailureReason, SessionError, type SessionErrorCode, type SessionErrorDetails } from "./errors.ts";
export { explainFailure, type NetworkFailure } from "./wire/network_failure.ts";
export type * from "./types.ts";
