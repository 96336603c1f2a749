/** The servers that the emulator plays: the XSignals API, Auth0, and the file host that presigned links point to. */
export type HostKind = "api" | "auth0" | "files";

/** The name of a documented operation: the spec's `operationId`, and a name for what the spec leaves out. */
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
  | "oauthToken"
  | "oauthRevoke"
  | "openidConfiguration"
  | "jwks"
  | "fetchLink";

/** Where an operation is served; `path` in the router's syntax, `alias` another spelling that the vendor uses. */
export interface Operation {
  readonly host: HostKind;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly alias?: string;
}

/** Every operation, a literal path before a pattern that would match it too. */
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
