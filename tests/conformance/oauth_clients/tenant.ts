import type { EmulatorOptions } from "@xsignals/emulator";

/** The grant that the vendor prescribes; an identifier, not a page. */
export const PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm";

/** The client of most calls. */
export const CLIENT = { id: "client", secret: "secret" } as const;

/** A client whose id and secret have to be encoded, in a form and in Basic. */
export const ODD_CLIENT = { id: "an id+1:%2", secret: "päss wörd+&=:%41" } as const;

/** A user who has a second factor. */
export const SECOND_FACTOR = "second@factor.example";

/** What the emulators of all judges have in common. */
export const TENANT = {
  users: { login: "password", blocked: "password", [SECOND_FACTOR]: { password: "password", mfa: true } },
  clients: { [CLIENT.id]: CLIENT.secret, [ODD_CLIENT.id]: ODD_CLIENT.secret, other: "another secret", public: null },
} as const satisfies EmulatorOptions;

/** The parameters of a login, with others in their place. */
export function loginParameters(others: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    username: "login",
    password: "password",
    realm: "Username-Password-Authentication",
    audience: "https://xpansiv/platform",
    ...others,
  };
}

/** Those of a login that asks for a refresh token and an id_token. */
export const OFFLINE = loginParameters({ scope: "openid offline_access" });
