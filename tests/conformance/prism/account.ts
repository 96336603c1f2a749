import type { EmulatorOptions } from "@xsignals/emulator/serve";

/** The one account that the judge uses. */
export const ACCOUNT = { username: "somebody", password: "the first password" };

/** Its client at Auth0. */
export const CLIENT = { clientId: "a-client", clientSecret: "its secret" };

/** Its key. */
export const API_KEY = "a-key";

/** The emulator that knows them. */
export const EMULATOR: EmulatorOptions = {
  users: { [ACCOUNT.username]: ACCOUNT.password },
  clients: { [CLIENT.clientId]: CLIENT.clientSecret },
  apiKeys: { [API_KEY]: ACCOUNT.username },
};
