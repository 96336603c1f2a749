import { assertEquals } from "@std/assert";
import { isApiPath, isAuth0Path } from "./operations.ts";

Deno.test("isAuth0Path() knows Auth0's paths in every spelling", () => {
  for (
    const path of [
      ...["/oauth/token", "/oauth/revoke", "/oauth/device/code", "/oauth/par", "/oauth/anything"],
      ...["/oauth/global-token-revocation/connection/x", "/mfa/challenge", "/mfa/authenticators/x", "/mfa/associate"],
      ...["/authorize", "/userinfo", "/oidc/register", "/oidc/logout", "/bc-authorize", "/v2/logout"],
      ...["/dbconnections/signup", "/dbconnections/change_password", "/passwordless/start", "/passwordless/verify"],
      ...["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/.well-known/jwks.json"],
      ...["/samlp/x", "/wsfed/x", "/login/callback", "/co/authenticate", "/api/v2/users", "/tokeninfo"],
      ...["//oauth/token", "/oauth//token/", "/OAuth/Token", "/x/../oauth/token", "/./oauth/token", "/oauth"],
      ...["/%6fauth/token", "/oauth%2Ftoken", "/x/..%2foauth/token", "/\\oauth\\token", "/../oauth/token"],
    ]
  ) assertEquals([isAuth0Path(path), isApiPath(path)], [true, false], path);
});

Deno.test("isApiPath() knows the API's paths in every spelling", () => {
  for (const path of ["/auth/login", "//auth/login", "/Auth/Login/", "/auth", "/file/group", "/x/../file/some-id"]) {
    assertEquals([isApiPath(path), isAuth0Path(path)], [true, false], path);
  }
});

Deno.test("isApiPath() and isAuth0Path() are false for other paths", () => {
  for (
    const path of [
      ...["/", "", "/nothing", "/oauthx", "/authorized", "/oauth/..", "/x/oauth/token", "/login", "/v2", "/%ff"],
      ...["/.well-known/oauth-protected-resource", "/authx", "/filegroup"],
    ]
  ) assertEquals([isAuth0Path(path), isApiPath(path)], [false, false], path);
});
