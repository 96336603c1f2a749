// Generated from the spec by `deno task generate`. Do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file

export type ClientOptions = {
    baseUrl: 'https://auth.xpansiv.com' | (string & {});
};

/**
 * One of the two grants; `grant_type` tells them apart.
 */
export type TokenRequest = PasswordRealmGrant | RefreshTokenGrant;

/**
 * A user name and a password of one connection (Auth0's extension of the password grant).
 */
export type PasswordRealmGrant = {
    /**
     * An identifier, not a page.
     */
    grant_type: 'http://auth0.com/oauth/grant-type/password-realm';
    /**
     * The user's name.
     */
    username: string;
    /**
     * The user's password at Auth0.
     */
    password: string;
    /**
     * The name of the connection, `Username-Password-Authentication` at Xpansiv.
     */
    realm: string;
    /**
     * The API that the token is for, `https://xpansiv/platform` at Xpansiv. Auth0 can do without; the XSignals API
     * takes tokens for this audience.
     */
    audience: string;
    /**
     * Space separated. Left out, everything that the audience allows is granted. `offline_access` asks for a
     * refresh token. Not documented: Xpansiv's page says `SCOPE` and doesn't explain it; leave it out.
     */
    scope?: string;
    /**
     * The client's id, unless the client authenticates with HTTP Basic.
     */
    client_id?: string;
    /**
     * The client's secret, unless it has none or authenticates with HTTP Basic.
     */
    client_secret?: string;
};

/**
 * A refresh token (RFC 6749, 6).
 */
export type RefreshTokenGrant = {
    /**
     * The grant.
     */
    grant_type: 'refresh_token';
    /**
     * The refresh token. With rotation this spends it.
     */
    refresh_token: string;
    /**
     * Space separated, to get less than was granted.
     */
    scope?: string;
    /**
     * The client's id, unless the client authenticates with HTTP Basic.
     */
    client_id?: string;
    /**
     * The client's secret, unless it has none or authenticates with HTTP Basic.
     */
    client_secret?: string;
};

/**
 * A refresh token to revoke (RFC 7009).
 */
export type RevokeRequest = {
    /**
     * The refresh token.
     */
    token: string;
    /**
     * The client's id, unless the client authenticates with HTTP Basic.
     */
    client_id?: string;
    /**
     * The client's secret, unless it has none or authenticates with HTTP Basic.
     */
    client_secret?: string;
};

/**
 * Tokens. All of them are secrets.
 */
export type TokenResponse = {
    /**
     * The access token, opaque to its user.
     */
    access_token: string;
    /**
     * How to use it; `Bearer`.
     */
    token_type: string;
    /**
     * Lifetime of the access token in seconds, from the answer on. 86400 in Xpansiv's sample.
     */
    expires_in: number;
    /**
     * A new refresh token. On login only if `offline_access` was asked for and allowed; on refresh only with
     * rotation, otherwise the one that was sent stays.
     */
    refresh_token?: string;
    /**
     * Only if `openid` was granted.
     */
    id_token?: string;
    /**
     * What was granted, if it differs from what was asked for. Empty in Xpansiv's sample.
     */
    scope?: string;
};

/**
 * Mostly `error` and `error_description`. Other shapes of Auth0 are `code` with `description`, and `errorCode`
 * with `message` and `statusCode`.
 */
export type OAuthError = {
    /**
     * The code to decide on (RFC 6749, 5.2, and Auth0's own).
     */
    error?: string;
    /**
     * What went wrong, for people.
     */
    error_description?: string;
    /**
     * A page about the error.
     */
    error_uri?: string;
    /**
     * With `mfa_required`, a secret for 10 minutes, for the calls that complete the second factor.
     */
    mfa_token?: string;
    /**
     * The code, in another shape.
     */
    code?: string;
    /**
     * What went wrong, in that shape.
     */
    description?: unknown;
    /**
     * The code, in a third shape.
     */
    errorCode?: string;
    /**
     * What went wrong, in that shape.
     */
    message?: string;
    /**
     * The status, in that shape.
     */
    statusCode?: number;
    [key: string]: unknown;
};

/**
 * What a failed call answers - mostly an object, or text.
 */
export type OAuthErrorBody = OAuthError | string;

/**
 * Server metadata (OpenID Connect Discovery 1.0, part 3); other members may come.
 */
export type OpenIdConfiguration = {
    /**
     * The issuer, with its trailing slash.
     */
    issuer: string;
    /**
     * Where a login in the browser starts.
     */
    authorization_endpoint: string;
    /**
     * Where tokens are issued.
     */
    token_endpoint: string;
    /**
     * The keys that tokens are signed with.
     */
    jwks_uri: string;
    /**
     * Where refresh tokens are revoked.
     */
    revocation_endpoint?: string;
    /**
     * What is known of the user of an access token.
     */
    userinfo_endpoint?: string;
    /**
     * Where a second factor is asked for.
     */
    mfa_challenge_endpoint?: string;
    /**
     * Where the device flow starts.
     */
    device_authorization_endpoint?: string;
    /**
     * Names that the tenant knows.
     */
    scopes_supported?: Array<string>;
    /**
     * Names that the tenant knows.
     */
    grant_types_supported?: Array<string>;
    /**
     * Names that the tenant knows.
     */
    response_types_supported?: Array<string>;
    /**
     * Names that the tenant knows.
     */
    subject_types_supported?: Array<string>;
    /**
     * Names that the tenant knows.
     */
    token_endpoint_auth_methods_supported?: Array<string>;
    /**
     * Names that the tenant knows.
     */
    id_token_signing_alg_values_supported?: Array<string>;
    /**
     * Names that the tenant knows.
     */
    code_challenge_methods_supported?: Array<string>;
};

export type OauthTokenData = {
    body: TokenRequest;
    headers?: {
        /**
         * The true IP address of the end user, so that brute-force protection counts that one. Honoured only for a
         * client with a secret, and only if the tenant trusts it (not documented); otherwise the caller's own counts.
         */
        'auth0-forwarded-for'?: string;
    };
    path?: never;
    query?: never;
    url: '/oauth/token';
};

export type OauthTokenErrors = {
    /**
     * A parameter is missing or wrong (`invalid_request`), or the grant is unknown (`unsupported_grant_type`).
     */
    400: OAuthErrorBody;
    /**
     * The client (`access_denied`, `invalid_client`), the user (`invalid_user_password`, `password_leaked`,
     * `mfa_required`, `mfa_registration_required`, `unauthorized` for a blocked user) or the refresh token
     * (`invalid_grant`) was refused. Several of these come as 403 too.
     */
    401: OAuthErrorBody;
    /**
     * The user (`invalid_grant`, `invalid_user_password`, `mfa_required`, `mfa_registration_required`,
     * `unauthorized` for a blocked user), the refresh token (`invalid_grant`), the grant for this client
     * (`unauthorized_client`) or the request (`access_denied`, by a rule or for an unknown audience) was refused.
     * Several of these come as 401 too.
     */
    403: OAuthErrorBody;
    /**
     * The body is too large. Not documented; any server may answer it.
     */
    413: OAuthErrorBody;
    /**
     * Two opposite cases: `too_many_requests`, wait and try again; `too_many_attempts`, the account or the address
     * is blocked, stop.
     */
    429: OAuthErrorBody;
    /**
     * The server, or something in front of it, failed; try later. Not documented; any server may answer it.
     */
    500: OAuthErrorBody;
    /**
     * The server, or something in front of it, failed; try later. Not documented; any server may answer it.
     */
    502: OAuthErrorBody;
    /**
     * The server, or something in front of it, failed; try later. Not documented; any server may answer it.
     */
    503: OAuthErrorBody;
};

export type OauthTokenError = OauthTokenErrors[keyof OauthTokenErrors];

export type OauthTokenResponses = {
    /**
     * The tokens.
     */
    200: TokenResponse;
};

export type OauthTokenResponse = OauthTokenResponses[keyof OauthTokenResponses];

export type OauthRevokeData = {
    body: RevokeRequest;
    path?: never;
    query?: never;
    url: '/oauth/revoke';
};

export type OauthRevokeErrors = {
    /**
     * A parameter is missing or wrong (`invalid_request`), or the grant is unknown (`unsupported_grant_type`).
     */
    400: OAuthErrorBody;
    /**
     * The client was refused.
     */
    401: OAuthErrorBody;
    /**
     * The body is too large. Not documented; any server may answer it.
     */
    413: OAuthErrorBody;
    /**
     * Too many requests; wait.
     */
    429: OAuthErrorBody;
    /**
     * The server, or something in front of it, failed; try later. Not documented; any server may answer it.
     */
    500: OAuthErrorBody;
    /**
     * The server, or something in front of it, failed; try later. Not documented; any server may answer it.
     */
    502: OAuthErrorBody;
    /**
     * The server, or something in front of it, failed; try later. Not documented; any server may answer it.
     */
    503: OAuthErrorBody;
};

export type OauthRevokeError = OauthRevokeErrors[keyof OauthRevokeErrors];

export type OauthRevokeResponses = {
    /**
     * Revoked, or dead already. The body is empty, or the text `OK`; ignore it.
     */
    200: unknown;
};

export type OpenidConfigurationData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/.well-known/openid-configuration';
};

export type OpenidConfigurationErrors = {
    /**
     * Too many requests; wait.
     */
    429: OAuthErrorBody;
    /**
     * The server, or something in front of it, failed; try later. Not documented; any server may answer it.
     */
    500: OAuthErrorBody;
    /**
     * The server, or something in front of it, failed; try later. Not documented; any server may answer it.
     */
    502: OAuthErrorBody;
    /**
     * The server, or something in front of it, failed; try later. Not documented; any server may answer it.
     */
    503: OAuthErrorBody;
};

export type OpenidConfigurationError = OpenidConfigurationErrors[keyof OpenidConfigurationErrors];

export type OpenidConfigurationResponses = {
    /**
     * The metadata of the server.
     */
    200: OpenIdConfiguration;
};

export type OpenidConfigurationResponse = OpenidConfigurationResponses[keyof OpenidConfigurationResponses];
