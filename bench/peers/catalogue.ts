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
  { file: "xsignals", name: "`@xsignals/session`", packages: ["@xsignals/session"], shared: "xsignals_shared" },
  { file: "handwritten", name: "decorator by hand, 30 lines", packages: [] },
  { file: "badgateway", name: "`@badgateway/oauth2-client`", packages: ["@badgateway/oauth2-client"] },
  { file: "azure", name: "`@azure/core-rest-pipeline`", packages: ["@azure/core-rest-pipeline"] },
  {
    file: "azure_challenge",
    name: "`@azure/core-rest-pipeline`, `challengeCallbacks`",
    packages: ["@azure/core-rest-pipeline"],
    variantOf: "azure",
  },
  { file: "google", name: "`google-auth-library`", packages: ["google-auth-library"] },
  {
    file: "google_force",
    name: "`google-auth-library`, `forceRefreshOnFailure`",
    packages: ["google-auth-library"],
    variantOf: "google",
  },
  {
    file: "google_headers",
    name: "`google-auth-library`, `getRequestHeaders`",
    packages: ["google-auth-library"],
    variantOf: "google",
  },
  { file: "openid_client", name: "`openid-client`", packages: ["openid-client"] },
  { file: "axios", name: "`axios`, `axios-auth-refresh`", packages: ["axios", "axios-auth-refresh"] },
  {
    file: "axios_each",
    name: "`axios`, `axios-auth-refresh`, `deduplicateRefresh: false`",
    packages: ["axios", "axios-auth-refresh"],
    variantOf: "axios",
  },
];
