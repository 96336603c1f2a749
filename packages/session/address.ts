/**
 * Which addresses a session sends its credential to: the API's own, and none of the endpoints that it calls itself.
 *
 * @module
 */
import { SessionError } from "./errors.ts";

/** What the session offers in place of each endpoint that takes or gives credentials. */
const OWN_ENDPOINTS: Readonly<Record<string, string>> = {
  login: "session.token()",
  refresh: "session.token()",
  logout: "session.logout()",
  changepassword: "session.changePassword()",
};

/**
 * The absolute address that an input means.
 *
 * @param input An absolute address, or a path relative to the base URL.
 * @param baseUrl The API's base URL, without a slash at its end; its path is kept.
 * @throws {SessionError} `origin_refused` for another origin than the base URL's.
 * @throws {TypeError} For credentials in the address, and for `/auth/*` and `/oauth/*`.
 */
export function resolveAddress(input: string, baseUrl: string): string {
  const url = parse(input, baseUrl);
  const base = new URL(baseUrl);
  if (url.username !== "" || url.password !== "") {
    throw new TypeError("Cannot fetch the address: it has credentials in it");
  }
  if (url.origin !== base.origin || url.protocol !== base.protocol) {
    throw new SessionError("origin_refused", `Cannot fetch from ${url.origin}: the session is for ${base.origin}`);
  }
  refuseOwnEndpoint(url.pathname, base.pathname);
  return url.href;
}

function parse(input: string, baseUrl: string): URL {
  // Two slashes name another host, and the URL parser takes a backslash for a slash.
  if (/^\s*[/\\]\s*[/\\]/.test(input)) return new URL(input, baseUrl);
  if (URL.canParse(input)) return new URL(input);
  const joined = `${baseUrl}/${input.replace(/^\//, "")}`;
  if (!URL.canParse(joined)) throw new TypeError("Cannot fetch the address: it is none");
  return new URL(joined);
}

/** The path as a server might see it: decoded, slashes collapsed, in lower case. */
function refuseOwnEndpoint(path: string, basePath: string): void {
  const seen = simplify(path);
  const prefix = simplify(basePath).replace(/\/$/, "");
  for (const own of new Set([seen, seen.startsWith(`${prefix}/`) ? seen.slice(prefix.length) : seen])) {
    const [, kind, name = ""] = own.split("/");
    if (kind === "auth") {
      const instead = OWN_ENDPOINTS[name];
      throw new TypeError(
        `Cannot fetch /auth/* by session.fetch${instead ? `: use ${instead}` : ": the session calls it itself"}`,
      );
    }
    if (kind === "oauth") throw new TypeError("Cannot fetch /oauth/* by session.fetch: the API has no such endpoint");
  }
}

function simplify(path: string): string {
  let text = path;
  for (let depth = 0; depth < 3 && text.includes("%"); depth++) {
    text = text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  }
  const parts: string[] = [];
  for (const part of text.replaceAll("\\", "/").toLowerCase().split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part.split(";")[0]!);
  }
  return `/${parts.join("/")}`;
}
