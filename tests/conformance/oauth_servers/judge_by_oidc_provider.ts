import { judge } from "../judge.ts";
import { checkClientCredentials, checkLogin } from "./check_login.ts";
import { checkRenewal } from "./check_renewal.ts";
import { checkReuse } from "./check_reuse.ts";
import { openOidcProvider } from "./oidc_provider.ts";

/** The strategies `auth0` and `clientCredentials` under a certified server with rotation and reuse detection of its own. */
judge("oidc-provider", async (check, atEnd) => {
  const opened = await openOidcProvider();
  atEnd(opened.stop);
  for (const part of [checkLogin, checkRenewal, checkReuse, checkClientCredentials]) await part(check, opened);
});
