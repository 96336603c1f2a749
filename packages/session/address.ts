/**
 * Which addresses a session sends its credential to: the API's own, and none of the endpoints that it calls itself.
 *
 * @module
 */
import { SessionError } from "./errors.ts";

/** What the session offers in place of each endpoint that takes or gives credentials. */
const OWN_ENDPOINTS: ReadonlyMap<string, string> = new Map([
  ["login", "session.token()"],
  ["refresh", "session.token()"],
  ["logout", "session.logout()"],
  ["changepassword", "session.changePassword()"],
]);

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
    const from = url.origin === "null" ? url.protocol.slice(0, -1) : url.origin;
    throw new SessionError("origin_refused", `Cannot fetch from ${from}: the session is for ${base.origin}`);
  }
  refuseOwnEndpoint(url.pathname, base.pathname);
  return url.href;
}

function parse(input: string, baseUrl: string): URL {
  // What is looked at here is what the URL parser will see: it drops these.
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  const text = input.replace(/[\t\n\r]/g, "").replace(/^[\x00-\x20]+/, "");
  let address = `${baseUrl}/${text.replace(/^[/\\]/, "")}`;
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) address = text;
  // Two slashes name another host, and the parser takes a backslash for a slash.
  if (/^[/\\]{2}/.test(text)) address = `${new URL(baseUrl).protocol}${text}`;
  if (!URL.canParse(address)) throw new TypeError("Cannot fetch the address: it is none");
  return new URL(address);
}

function refuseOwnEndpoint(path: string, basePath: string): void {
  const seen = simplify(path);
  const prefix = simplify(basePath).replace(/\/$/, "");
  const [, kind, name = ""] = (`${seen}/`.startsWith(`${prefix}/`) ? seen.slice(prefix.length) : seen).split("/");
  if (kind === "auth") {
    const instead = OWN_ENDPOINTS.get(name);
    throw new TypeError(
      `Cannot fetch /auth/* by session.fetch: ${instead ? `use ${instead}` : "the session calls it itself"}`,
    );
  }
  if (kind === "oauth") throw new TypeError("Cannot fetch /oauth/* by session.fetch: the API has no such endpoint");
}

/** The path as a server might see it: decoded, without parameters, slashes collapsed, in lower case. */
function simplify(path: string): string {
  let text = path;
  for (let depth = 0; depth < 3 && text.includes("%"); depth++) {
    text = text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  }
  const parts: string[] = [];
  for (const segment of text.replaceAll("\\", "/").toLowerCase().split("/")) {
    const part = segment.split(";")[0]!;
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
