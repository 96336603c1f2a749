const REDIRECTS = [301, 302, 303, 307, 308];
const MOST = 20;

/**
 * Sends a request and treats redirects as its `redirect` says, as a runtime's `fetch` does: a method other than GET
 * becomes GET after 303 (POST after 301 and 302 too), 307 and 308 repeat the body, and credentials go to no other origin.
 *
 * @throws {TypeError} For a redirect that must not be, or after 20 of them.
 */
export async function sendFollowing(
  request: Request,
  send: (request: Request) => Promise<Response>,
): Promise<Response> {
  let current = request;
  for (let count = 0; count <= MOST; count++) {
    const spare = current.body && current.redirect === "follow" ? current.clone() : current;
    const response = await send(current);
    const location = response.headers.get("location");
    if (location === null || !REDIRECTS.includes(response.status) || request.redirect === "manual") {
      if (spare !== current) spare.body?.cancel().catch(() => {});
      return response;
    }
    await response.body?.cancel();
    if (request.redirect === "error") throw new TypeError("fetch failed: a redirect came");
    current = redirected(spare, new URL(location, current.url), response.status);
  }
  throw new TypeError("fetch failed: too many redirects came");
}

function redirected(request: Request, to: URL, status: number): Request {
  const headers = new Headers(request.headers);
  const becomesGet = (status === 303 && request.method !== "GET" && request.method !== "HEAD") ||
    ((status === 301 || status === 302) && request.method === "POST");
  if (becomesGet) { for (const name of ["content-type", "content-length"]) headers.delete(name); }
  if (to.origin !== new URL(request.url).origin) {
    for (const name of ["authorization", "cookie", "proxy-authorization"]) headers.delete(name);
  }
  if (becomesGet) request.body?.cancel().catch(() => {});
  return new Request(to, {
    method: becomesGet ? "GET" : request.method,
    headers,
    redirect: request.redirect,
    signal: request.signal,
    ...(!becomesGet && { body: request.body, duplex: "half" }), // which Node wants to be told of a stream
  });
}
