// Which addresses a session sends its credential to: the API's own, and none of the endpoints that it calls itself.
import { misuse, SessionError } from "../errors.ts";

const MAX_REMEMBERED = 100;
const MAX_REMEMBERED_LENGTH = 1_000;

/**
 * Makes the function that turns an input into an absolute address.
 *
 * The function takes an absolute address, or a path relative to the base URL. It throws a {@link SessionError}
 * `origin_refused` for another origin than the base URL's, and a `TypeError` for credentials in the address, for `/auth/*`
 * and for `/oauth/*`. It remembers its last results, because parsing and checking is the slowest part of a call.
 */
export function createAddressBook(baseUrl: string): (input: string) => string {
  const base = new URL(baseUrl);
  const known = new Map<string, string>();
  return (input) => {
    const remembered = known.get(input);
    if (remembered !== undefined) return remembered;
    const address = resolveAddress(input, baseUrl, base);
    if (known.size >= MAX_REMEMBERED) known.clear();
    if (input.length <= MAX_REMEMBERED_LENGTH) known.set(input, address);
    return address;
  };
}

function resolveAddress(input: string, baseUrl: string, base: URL): string {
  // The URL parser drops these characters.
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  const text = input.replace(/[\t\n\r]/g, "").replace(/^[\x00-\x20]+/, "");
  const isPath = !/^([a-z][a-z0-9+.-]*:|[/\\]{2})/i.test(text);
  // Two slashes begin another host, and the URL parser takes a backslash for a slash.
  const whole = /^[/\\]/.test(text) ? `${base.protocol}${text}` : text;
  const address = isPath ? `${baseUrl}/${text.replace(/^[/\\]/, "")}` : whole;
  const url = URL.parse(address);
  if (!url) throw misuse("Cannot fetch the address: it is not a valid URL or path");
  if (url.username + url.password !== "") throw misuse("Cannot fetch the address: it must not have credentials");
  if (url.origin !== base.origin || url.protocol !== base.protocol) {
    const from = url.origin === "null" ? url.protocol.slice(0, -1) : url.origin;
    throw new SessionError("origin_refused", `Cannot fetch from ${from}: the session is for ${base.origin}`);
  }
  const [seen, own] = [pathOf(url), pathOf(base)];
  if (OWN_ENDPOINT.test(`${seen}/`.startsWith(`${own}/`) ? seen.slice(own.length) : seen)) {
    throw misuse("Cannot fetch /auth/* or /oauth/*: use session.token(), logout() or changePassword()");
  }
  return url.href;
}

/** The endpoints that take or give credentials, which the session calls itself: at the API's root, or at another one's. */
const OWN_ENDPOINT = /^\/o?auth(\/|$)|\/auth\/(login|refresh|logout|changepassword)$|\/oauth\/(token|revoke)$/;

const MAX_DEPTH = 10; // so often a path is decoded

/** The path as a server might see it: decoded, without parameters and what some drop at an end, in lower case. */
function pathOf({ pathname }: URL): string {
  let text = pathname;
  for (let depth = 0; depth < MAX_DEPTH && /%[0-9a-f]{2}/i.test(text); depth++) {
    text = text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  }
  const segments: string[] = [];
  for (const raw of text.toLowerCase().split(/[/\\]/)) {
    const segment = raw.split(";")[0]!;
    if (segment === "..") segments.pop();
    // deno-lint-ignore no-control-regex -- a NUL at the end is what is looked for
    else segments.push(segment.replace(/[\x00-\x20.]+$/, ""));
  }
  return ["", ...segments.filter((segment) => segment !== "")].join("/");
}
