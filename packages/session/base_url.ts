/**
 * Which addresses a session may be given: where a credential is safe on the way, and is for that server.
 *
 * @module
 */

/** The API's own hosts, two names of one API. */
const API_HOSTS = ["api.xsignals.xpansiv.com", "api.data.xpansiv.com"];

/** Auth0's, for that API. */
const AUTH0_HOST = "auth.xpansiv.com";

/**
 * Makes the check that every address a credential is sent to passes: https, loopback, or an origin allowed by name.
 *
 * @param allowed The origins that may be reached over plain http.
 * @throws {TypeError} When one of them is none; the check, when an address does not pass.
 */
export function addressCheck(allowed: readonly string[]): (url: URL) => void {
  if (!Array.isArray(allowed) || !allowed.every((origin) => typeof origin === "string" && URL.canParse(origin))) {
    throw new TypeError("Cannot use allowInsecure: it must be a list of origins");
  }
  const origins = new Set(allowed.map((origin) => new URL(origin).origin));
  return ({ protocol, hostname, origin }) => {
    if (protocol === "https:" || (protocol === "http:" && (isLoopback(hostname) || origins.has(origin)))) return;
    throw new TypeError(`Cannot use ${origin}: a credential would go out in the clear; use https, or allowInsecure`);
  };
}

/**
 * The API's base URL in its normal form, without a slash at its end.
 *
 * @throws {TypeError} When it is no address, has what no base has, is not safe, or is Auth0's.
 */
export function checkBaseUrl(baseUrl: string | URL, checkSecure: (url: URL) => void): string {
  if (!URL.canParse(baseUrl)) throw new TypeError("Cannot use baseUrl: it is no address");
  const url = new URL(baseUrl);
  if (url.username || url.password || url.search || url.hash) {
    throw new TypeError("Cannot use baseUrl: it has credentials, a query or a fragment in it");
  }
  checkSecure(url);
  if (hostOf(url) === AUTH0_HOST) throw new TypeError("Cannot use baseUrl: it is Auth0's host, not the API's");
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/**
 * Refuses the API's own hosts where another server is meant: a password meant for Auth0 must not go to the API.
 *
 * @param what The option's name.
 * @throws {TypeError} When it is one of them.
 */
export function refuseApiHost(what: string, url: URL): void {
  if (API_HOSTS.includes(hostOf(url))) throw new TypeError(`Cannot use ${what}: ${hostOf(url)} is the API's host`);
}

/** The host without the dot that may end a full name. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/\.+$/, "");
}

/** Whether a host is this machine, by a name that cannot be another. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
