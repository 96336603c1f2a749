import { SCOPE } from "./gateway_token.ts";

/**
 * What ready-made clients ask for to configure themselves (RFC 8414, 2).
 *
 * @param issuer The app's origin as its clients reach it.
 * @param isGateway Whether tokens are the app's own: only those can be revoked.
 */
export function metadata(issuer: string, isGateway: boolean): Record<string, string | string[]> {
  const methods = ["client_secret_basic", "client_secret_post"];
  return {
    issuer,
    token_endpoint: `${issuer}/token`,
    token_endpoint_auth_methods_supported: methods,
    grant_types_supported: ["client_credentials"],
    response_types_supported: [],
    ...(isGateway
      ? {
        scopes_supported: [SCOPE],
        revocation_endpoint: `${issuer}/revoke`,
        revocation_endpoint_auth_methods_supported: methods,
      }
      : {}),
  };
}
