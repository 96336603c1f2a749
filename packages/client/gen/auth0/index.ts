// Generated from the spec by `deno task generate`. Do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file

export { oauthRevoke, oauthToken, openidConfiguration, type Options } from './sdk.gen.ts';
export type { ClientOptions, OAuthError, OAuthErrorBody, OauthRevokeData, OauthRevokeError, OauthRevokeErrors, OauthRevokeResponses, OauthTokenData, OauthTokenError, OauthTokenErrors, OauthTokenResponse, OauthTokenResponses, OpenIdConfiguration, OpenidConfigurationData, OpenidConfigurationError, OpenidConfigurationErrors, OpenidConfigurationResponse, OpenidConfigurationResponses, PasswordRealmGrant, RefreshTokenGrant, RevokeRequest, TokenRequest, TokenResponse } from './types.gen.ts';
