/** A subject's place in the tables. */
export interface Entry {
  /** Its file in `npm/subjects/`, without the extension. */
  readonly file: string;
  readonly name: string;
  /** The npm packages that a user installs. */
  readonly packages: readonly string[];
  /** The file for processes that share one account, where the library has something that they can share. */
  readonly shared?: string;
  /** A way of setting up another entry: it weighs the same, and the short table leaves it out. */
  readonly variantOf?: string;
}

/** Every subject, in the order of the tables; the first is what the others are compared with. */
export const SUBJECTS: readonly Entry[] = [
  { file: "bare", name: "bare `fetch`", packages: [] },
  { ...library("xsignals", "@xsignals/session"), shared: "xsignals_shared" },
  { file: "handwritten", name: "decorator by hand, 30 lines", packages: [] },
  library("badgateway", "@badgateway/oauth2-client"),
  library("azure", "@azure/core-rest-pipeline"),
  variant(library("azure", "@azure/core-rest-pipeline"), "azure_challenge", "challengeCallbacks"),
  library("google", "google-auth-library"),
  variant(library("google", "google-auth-library"), "google_force", "forceRefreshOnFailure"),
  variant(library("google", "google-auth-library"), "google_headers", "getRequestHeaders"),
  library("openid_client", "openid-client"),
  library("axios", "axios", "axios-auth-refresh"),
  variant(library("axios", "axios", "axios-auth-refresh"), "axios_each", "deduplicateRefresh: false"),
];

function library(file: string, ...packages: string[]): Entry {
  return { file, name: packages.map((name) => `\`${name}\``).join(", "), packages };
}

function variant(of: Entry, file: string, setting: string): Entry {
  return { file, name: `${of.name}, \`${setting}\``, packages: of.packages, variantOf: of.file };
}

/** All of them, or those with a chosen name and the first of all, which they are compared with. */
export function choose<T>(all: readonly T[], nameOf: (one: T) => string, chosen: readonly string[]): readonly T[] {
  const isChosen = (one: T) => chosen.includes(nameOf(one));
  if (chosen.length === 0) return all;
  return all.some(isChosen) ? all.filter((one, index) => index === 0 || isChosen(one)) : [];
}
