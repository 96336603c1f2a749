// Generated from the spec by `deno task generate`. Do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file

import { type Client, type ClientMeta, type Options as Options2, type RequestResult, type TDataShape, urlSearchParamsBodySerializer } from '../../auth0_client.ts';

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
 */
export const oauthToken = <ThrowOnError extends boolean = false>(options: Options<OauthTokenData, ThrowOnError>): RequestResult<OauthTokenResponses, OauthTokenErrors, ThrowOnError> => options.client.post<OauthTokenResponses, OauthTokenErrors, ThrowOnError>({
    ...urlSearchParamsBodySerializer,
    security: [{ scheme: 'basic', type: 'http' }],
    url: '/oauth/token',
    ...options,
    headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        ...options.headers
    }
});

/**
 * Revoke a refresh token.
 *
 * Answers 200 for a token that is dead already too. A setting of the tenant may end the whole grant with it. An
 * access token can't be revoked: it stays valid until it expires. The client authenticates as for `/oauth/token`.
 *
 * Not documented: that setting, and whether the XSignals API refuses the access token at once (assume not).
 */
export const oauthRevoke = <ThrowOnError extends boolean = false>(options: Options<OauthRevokeData, ThrowOnError>): RequestResult<OauthRevokeResponses, OauthRevokeErrors, ThrowOnError> => options.client.post<OauthRevokeResponses, OauthRevokeErrors, ThrowOnError>({
    ...urlSearchParamsBodySerializer,
    security: [{ scheme: 'basic', type: 'http' }],
    url: '/oauth/revoke',
    ...options,
    headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        ...options.headers
    }
});

/**
 * Read what the server offers and where.
 *
 * Public. It tells what the tenant can do, not what a given client may use.
 */
export const openidConfiguration = <ThrowOnError extends boolean = false>(options: Options<OpenidConfigurationData, ThrowOnError>): RequestResult<OpenidConfigurationResponses, OpenidConfigurationErrors, ThrowOnError> => options.client.get<OpenidConfigurationResponses, OpenidConfigurationErrors, ThrowOnError>({ url: '/.well-known/openid-configuration', ...options });
