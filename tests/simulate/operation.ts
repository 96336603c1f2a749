/** What a request asks the server for, by its address and body. */
export function operationOf(address: string, body: string): string {
  const { pathname } = new URL(address);
  switch (pathname) {
    case "/auth/login":
    case "/auth/refresh":
    case "/auth/logout":
    case "/auth/changePassword":
      return pathname.slice("/auth/".length);
    case "/oauth/token":
      return body.includes("grant_type=refresh_token") ? "refresh" : "login";
    case "/oauth/revoke":
      return "logout";
    default:
      return "api";
  }
}

/** The refresh token in the body of a token call, JSON or a form. */
export function refreshTokenIn(body: string): string {
  if (body.startsWith("{")) return String(new Map(Object.entries(JSON.parse(body))).get("refreshToken") ?? "");
  const form = new URLSearchParams(body);
  return form.get("refresh_token") ?? form.get("token") ?? "";
}
