/** Where the servers are, without a slash at the end. */
export interface Hosts {
  readonly api: string;
  readonly auth0: string;
}

/**
 * The curl commands of the vendor's page on authentication, word for word but for hosts and credentials.
 *
 * The page leaves the credential out of the password change "for brevity"; `credential` puts it in.
 *
 * @see {@link https://developer.xpansiv.com/developer-portal/xsignals/authorization | The vendor's page on authorization}
 */
export function commands({ api, auth0 }: Hosts) {
  return {
    callWithToken: (token: string) => `curl "${api}/" -H "Authorization: Bearer ${token}"`,
    callWithPassword: (credential: string) => `curl "${api}/" -u ${credential}`,
    changePassword: (credential = "") =>
      `curl -X POST ${api}/auth/changePassword ${credential} -d '{ "password": "new user password" }'`,
    logIn: (credential: string) => `curl -u '${credential}' ${api}/auth/login`,
    refresh: (refreshToken: string) => `curl -X POST ${api}/auth/refresh -d '{ "refreshToken": "${refreshToken}" }'`,
    logOut: (token: string, refreshToken: string) =>
      `curl -X POST ${api}/auth/logout -H "Authorization: Bearer ${token}" -d '{ "refreshToken": "${refreshToken}" }'`,
    signOn: (username: string, password: string) =>
      `curl -X POST ${auth0}/oauth/token -d '{
        "username": "${username}",
        "password": "${password}",
        "grant_type": "http://auth0.com/oauth/grant-type/password-realm",
        "realm": "Username-Password-Authentication",
        "scope": "SCOPE",
        "audience": "https://xpansiv/platform",
        "client_id": "your client ID",
        "client_secret": "your client secret"
      }'`,
  };
}
