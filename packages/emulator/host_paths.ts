/** Where the API has its operations. */
const API_PATHS = ["/auth", "/file"];

/**
 * Where Auth0 has something: the vendor's discovery document, the Authentication API
 * (https://auth0.com/docs/api/authentication) with what it has retired, the Management API, and the pages of its login.
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

/** Whether a path is one of the API's or below one, however it is spelled. */
export function isApiPath(path: string): boolean {
  return isBelow(path, API_PATHS);
}

/** Whether a path is one of Auth0's or below one, however it is spelled. */
export function isAuth0Path(path: string): boolean {
  return isBelow(path, AUTH0_PATHS);
}

function isBelow(path: string, names: readonly string[]): boolean {
  const plain = plainPath(path);
  return names.some((name) => plain === name || plain.startsWith(`${name}/`));
}

/** In lower case, percent-decoded, with neither `.`, `..`, backslashes nor a slash too many. */
function plainPath(path: string): string {
  const decoded = path.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  const segments: string[] = [];
  for (const segment of decoded.toLowerCase().split(/[/\\]+/)) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}`;
}
