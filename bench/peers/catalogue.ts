/** A subject's place in the tables. */
export interface Entry {
  /** Its file in `npm/subjects/`, without the extension. */
  readonly file: string;
  readonly name: string;
  /** The npm packages that a user installs. */
  readonly packages: readonly string[];
  /** The file for processes that share one account, where the library has something that they can share. */
  readonly shared?: string;
  /** Another way to set the library up. The short table shows the best one. */
  readonly setting?: string;
}

/** Every subject, in the order of the tables; the first is what the others are compared with. */
export const SUBJECTS: readonly Entry[] = [
  { file: "bare", name: "bare `fetch`", packages: [] },
  { file: "xsignals", name: "`@xsignals/session`", packages: ["@xsignals/session"], shared: "xsignals_shared" },
  { file: "handwritten", name: "decorator by hand, 30 lines", packages: [] },
  ...library("badgateway", ["@badgateway/oauth2-client"]),
  ...library("azure", ["@azure/core-rest-pipeline"], "challengeCallbacks"),
  ...library("google", ["google-auth-library"], "forceRefreshOnFailure", "getRequestHeaders"),
  ...library("openid_client", ["openid-client"]),
  ...library("axios", ["axios", "axios-auth-refresh"], "deduplicateRefresh: false"),
];

/** A library as it is set up by default, and with each of the settings. */
function library(file: string, packages: readonly string[], ...settings: string[]): Entry[] {
  const name = packages.map((name) => `\`${name}\``).join(", ");
  const others = settings.map((setting) => ({ file, name: `${name}, \`${setting}\``, packages, setting }));
  return [{ file, name, packages }, ...others];
}

/** All of them, or those with a chosen name and the first of all, which they are compared with. */
export function choose<T>(all: readonly T[], nameOf: (one: T) => string, chosen: readonly string[]): readonly T[] {
  const isChosen = (one: T) => chosen.includes(nameOf(one));
  if (chosen.length === 0) return all;
  return all.some(isChosen) ? all.filter((one, index) => index === 0 || isChosen(one)) : [];
}
