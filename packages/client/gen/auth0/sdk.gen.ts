// Generated from the spec by `deno task generate`. Do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file

import { type Client, type ClientMeta, type Options as Options2, type RequestResult, type TDataShape, urlSearchParamsBodySerializer } from '../../auth0_client.ts';

import { plainHeaders } from '../../plain_headers.ts';
import type { OauthRevokeData, OauthRevokeErrors, OauthRevokeResponses, OauthTokenData, OauthTokenErrors, OauthTokenResponses, OpenidConfigurationData, OpenidConfigurationErrors, OpenidConfigurationResponses } from './types.gen.ts';

export type Options<TData extends TDataShape = TDataShape, ThrowOnError extends boolean = boolean, TResponse = unknown> = Options2<TData, ThrowOnError, TResponse> & {
    /**
     * You can provide a client instance returned by `createClient()` instead of
     * individual options. This might be also useful if you want to implement a
     * custom client.
     */
    client: Client;
    /**
     * You can pass arbitrary values through the `meta` object. This can be
     * used to access values that aren't defined as part of the SDK function.
     */
    meta?: keyof ClientMeta extends never ? Record<string, unknown> : ClientMeta;
};

/**
 * Get tokens for a user name and a password, or for a refresh token.
 *
 * `grant_type` decides which. The client authenticates with `client_id` and `client_secret` in the body, as on
 * Xpansiv's pages, or with HTTP Basic, never both; it is set up for one of them.
 *
 * Xpansiv's example sends JSON under curl's default form type. Form and JSON are both taken; send a content type
 * that matches the body. Auth0 advises against the password grant and limits it: about 10 logins a minute for one
 * user and address.
 *
 * Decide on `error` before the status. `invalid_grant` means a wrong password on login and a dead refresh token on
 * refresh. With 429, `too_many_requests` means wait, `too_many_attempts` means stop.
 *
 * Not documented: which scopes there are, whether refresh tokens are issued and rotate, how long tokens live (use
 * `expires_in`), whether a second factor is asked for, and which limits Xpansiv's plan has.
 *
 * @param options `client` from `connect`; `throwOnError: true` has failures thrown. What is sent:
 * - `headers["auth0-forwarded-for"]` (string): The true IP address of the end user, so that brute-force protection counts that one. Honoured only for a client with a secret, and only if the tenant trusts it (not documented); otherwise the caller's own counts.
 * - `body.grant_type` (`http://auth0.com/oauth/grant-type/password-realm` or `refresh_token`, required): An identifier, not a page.
 * - `body.username` (string): The user's name.
 * - `body.password` (string): The user's password at Auth0.
 * - `body.realm` (string): The name of the connection, `Username-Password-Authentication` at Xpansiv.
 * - `body.audience` (string): The API that the token is for, `https://xpansiv/platform` at Xpansiv. Auth0 can do without; the XSignals API takes tokens for this audience.
 * - `body.scope` (string): Space separated. Left out, everything that the audience allows is granted. `offline_access` asks for a refresh token. Not documented: Xpansiv's page says `SCOPE` and doesn't explain it; leave it out.
 * - `body.client_id` (string): The client's id, unless the client authenticates with HTTP Basic.
 * - `body.client_secret` (string): The client's secret, unless it has none or authenticates with HTTP Basic.
 * - `body.refresh_token` (string): The refresh token. With rotation this spends it.
 * @returns `{ data, error, response }`; with `throwOnError`, `{ data, response }`.
 * @throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of
 * the path is missing.
 * @throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.
 *
 * @example With a `fetch` that answers as the spec says; a session goes in its place
 * ```ts
 * import { connect, oauthToken } from "@xsignals/client/auth0";
 * import { assertEquals } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(Response.json({"access_token":"your access token","token_type":"Bearer","expires_in":86400,"refresh_token":"your refresh token","scope":"offline_access"})) });
 * const { response } = await oauthToken({ client, body: {"grant_type":"http://auth0.com/oauth/grant-type/password-realm","username":"your username","password":"your Auth0 password","realm":"Username-Password-Authentication","audience":"https://xpansiv/platform","client_id":"your client ID","client_secret":"your client secret"} });
 *
 * assertEquals(response?.status, 200);
 * ```
 */
export const oauthToken = <ThrowOnError extends boolean = false>(options: Options<OauthTokenData, ThrowOnError>): RequestResult<OauthTokenResponses, OauthTokenErrors, ThrowOnError> => options.client.post<OauthTokenResponses, OauthTokenErrors, ThrowOnError>({
    ...urlSearchParamsBodySerializer,
    security: [{ scheme: 'basic', type: 'http' }],
    url: '/oauth/token',
    ...options,
    headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        ...plainHeaders(options.headers)
    }
});

/**
 * Revoke a refresh token.
 *
 * Answers 200 for a token that is dead already too. A setting of the tenant may end the whole grant with it. An
 * access token can't be revoked: it stays valid until it expires. The client authenticates as for `/oauth/token`.
 *
 * Not documented: that setting, and whether the XSignals API refuses the access token at once (assume not).
 *
 * @param options `client` from `connect`; `throwOnError: true` has failures thrown. What is sent:
 * - `body.token` (string, required): The refresh token.
 * - `body.client_id` (string): The client's id, unless the client authenticates with HTTP Basic.
 * - `body.client_secret` (string): The client's secret, unless it has none or authenticates with HTTP Basic.
 * @returns `{ data, error, response }`; with `throwOnError`, `{ data, response }`.
 * @throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of
 * the path is missing.
 * @throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.
 *
 * @example With a `fetch` that answers as the spec says; a session goes in its place
 * ```ts
 * import { connect, oauthRevoke } from "@xsignals/client/auth0";
 * import { assertEquals } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(new Response()) });
 * const { response } = await oauthRevoke({ client, body: {"token":"your refresh token","client_id":"your client ID","client_secret":"your client secret"} });
 *
 * assertEquals(response?.status, 200);
 * ```
 */
export const oauthRevoke = <ThrowOnError extends boolean = false>(options: Options<OauthRevokeData, ThrowOnError>): RequestResult<OauthRevokeResponses, OauthRevokeErrors, ThrowOnError> => options.client.post<OauthRevokeResponses, OauthRevokeErrors, ThrowOnError>({
    ...urlSearchParamsBodySerializer,
    security: [{ scheme: 'basic', type: 'http' }],
    url: '/oauth/revoke',
    ...options,
    headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        ...plainHeaders(options.headers)
    }
});

/**
 * Read what the server offers and where.
 *
 * Public. It tells what the tenant can do, not what a given client may use.
 *
 * @param options `client` from `connect`; `throwOnError: true` has failures thrown.
 * @returns `{ data, error, response }`; with `throwOnError`, `{ data, response }`.
 * @throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of
 * the path is missing.
 * @throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.
 *
 * @example With a `fetch` that answers as the spec says; a session goes in its place
 * ```ts
 * import { connect, openidConfiguration } from "@xsignals/client/auth0";
 * import { assertEquals } from "@std/assert";
 *
 * const client = connect({ fetch: () => Promise.resolve(Response.json({"issuer":"https://auth.xpansiv.com/","authorization_endpoint":"https://auth.xpansiv.com/authorize","token_endpoint":"https://auth.xpansiv.com/oauth/token","jwks_uri":"https://auth.xpansiv.com/.well-known/jwks.json","revocation_endpoint":"https://auth.xpansiv.com/oauth/revoke","userinfo_endpoint":"https://auth.xpansiv.com/userinfo","mfa_challenge_endpoint":"https://auth.xpansiv.com/mfa/challenge","device_authorization_endpoint":"https://auth.xpansiv.com/oauth/device/code","scopes_supported":["openid","profile","offline_access","email"],"grant_types_supported":["refresh_token","http://auth0.com/oauth/grant-type/password-realm"],"token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post","private_key_jwt","none"],"id_token_signing_alg_values_supported":["HS256","RS256","PS256"],"code_challenge_methods_supported":["S256","plain"]})) });
 * const { response } = await openidConfiguration({ client });
 *
 * assertEquals(response?.status, 200);
 * ```
 */
export const openidConfiguration = <ThrowOnError extends boolean = false>(options: Options<OpenidConfigurationData, ThrowOnError>): RequestResult<OpenidConfigurationResponses, OpenidConfigurationErrors, ThrowOnError> => options.client.get<OpenidConfigurationResponses, OpenidConfigurationErrors, ThrowOnError>({ url: '/.well-known/openid-configuration', ...options });
