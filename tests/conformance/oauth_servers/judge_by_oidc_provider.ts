import type { Judge } from "../judge.ts";
import { checkClientCredentials } from "./check_client_credentials.ts";
import { checkLogin } from "./check_login.ts";
import { checkRenewal } from "./check_renewal.ts";
import { checkReuse } from "./check_reuse.ts";
import { openOidcProvider } from "./open_oidc_provider.ts";

/** The strategies `auth0` and `clientCredentials` under a certified server with rotation and reuse detection of its own. */
export const judgeByOidcProvider: Judge = {
  name: "oidc-provider",
  async judge(check) {
    const opened = await openOidcProvider();
    try {
      await checkLogin(check, opened);
      await checkRenewal(check, opened);
      await checkReuse(check, opened);
      await checkClientCredentials(check, opened);
    } finally {
      await opened.stop();
    }
  },
};
