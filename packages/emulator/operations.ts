/** The servers that the emulator plays: the XSignals API, Auth0, and the file host that presigned links point to. */
export type HostKind = "api" | "auth0" | "files";

/** The servers that log users in and issue tokens. */
export type Issuer = Exclude<HostKind, "files">;

/** The name of a documented operation: the spec's `operationId`, or our own name if the spec leaves the operation out. */
export type OperationId =
  | "authLogin"
  | "authRefresh"
  | "authLogout"
  | "authChangePassword"
  | "listFileGroups"
  | "getFileGroup"
  | "searchFiles"
  | "getFile"
  | "downloadFile"
  | "queryTimeSeries"
  | "searchSymbols"
  | "oauthToken"
  | "oauthRevoke"
  | "openidConfiguration"
  | "jwks"
  | "fetchLink";

/** Where an operation is served. `path` has the router's syntax; `alias` is another spelling that the vendor uses. */
export interface Operation {
  readonly host: HostKind;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly alias?: string;
}

/** Every operation. A literal path comes before a pattern that matches it too. */
export const OPERATIONS: Readonly<Record<OperationId, Operation>> = {
  authLogin: { host: "api", method: "GET", path: "/auth/login" },
  authRefresh: { host: "api", method: "POST", path: "/auth/refresh" },
  authLogout: { host: "api", method: "POST", path: "/auth/logout" },
  authChangePassword: { host: "api", method: "POST", path: "/auth/changePassword" },
  listFileGroups: { host: "api", method: "GET", path: "/file/group", alias: "/file/group/" },
  getFileGroup: { host: "api", method: "GET", path: "/file/group/:name" },
  searchFiles: { host: "api", method: "GET", path: "/file/search" },
  getFile: { host: "api", method: "GET", path: "/file/:fileId" },
  downloadFile: { host: "api", method: "GET", path: "/file/:fileId/download" },
  queryTimeSeries: { host: "api", method: "POST", path: "/ts" },
  searchSymbols: { host: "api", method: "GET", path: "/ts/symbol/search" },
  oauthToken: { host: "auth0", method: "POST", path: "/oauth/token" },
  oauthRevoke: { host: "auth0", method: "POST", path: "/oauth/revoke" },
  openidConfiguration: {
    host: "auth0",
    method: "GET",
    path: "/.well-known/openid-configuration",
    alias: "/.well-known/oauth-authorization-server",
  },
  jwks: { host: "auth0", method: "GET", path: "/.well-known/jwks.json" },
  fetchLink: { host: "files", method: "GET", path: "/:key" },
};

/** The folders of the API's operations. */
const API_PATHS = ["/auth", "/file", "/ts"];

/**
 * The paths of Auth0: the vendor's discovery document, the Authentication API
 * (https://auth0.com/docs/api/authentication) with its retired parts, the Management API, and the login pages.
 */
const AUTH0_PATHS = [
  "/.well-known/jwks.json",
  "/.well-known/oauth-authorization-server",
  "/.well-known/openid-configuration",
  "/activate",
  "/api/v2",
  "/authorize",
  "/bc-authorize",
  "/co/authenticate",
  "/dbconnections",
  "/delegation",
  "/login/callback",
  "/mfa",
  "/oauth",
  "/oidc",
  "/passwordless",
  "/samlp",
  "/tokeninfo",
  "/u/login",
  "/unlink",
  "/userinfo",
  "/v2/logout",
  "/wsfed",
];

/** Whether a path is at or below one of the API's, in any spelling. */
export function isApiPath(path: string): boolean {
  return isBelow(path, API_PATHS);
}

/** Whether a path is at or below one of Auth0's, in any spelling. */
export function isAuth0Path(path: string): boolean {
  return isBelow(path, AUTH0_PATHS);
}

function isBelow(path: string, names: readonly string[]): boolean {
  const plain = plainPath(path);
  return names.some((name) => plain === name || plain.startsWith(`${name}/`));
}

/** The path in lower case and percent-decoded, without `.`, `..`, backslashes and repeated slashes. */
function plainPath(path: string): string {
  const decoded = path.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  const segments: string[] = [];
  for (const segment of decoded.toLowerCase().split(/[/\\]+/)) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}`;
}
