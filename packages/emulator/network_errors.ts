/** What `fetch` rejects with when the server took the request and the connection was lost before its answer. */
export function connectionLost(url: string): TypeError {
  return failed(url, "client error (SendRequest): connection closed before message completed");
}

/** What `fetch` rejects with when nothing listens there. */
export function connectionRefused(url: string): TypeError {
  return failed(url, "client error (Connect): tcp connect error: Connection refused (os error 111)");
}

/** What `fetch` rejects with when there is no host of that name. */
export function hostNotFound(url: string): TypeError {
  return failed(
    url,
    "client error (Connect): dns error: failed to lookup address information: Name or service not known",
  );
}

/** In the words of Deno 2.9, but without the query: it may be a presigned link's. */
function failed(url: string, reason: string): TypeError {
  const { origin, pathname } = new URL(url);
  return new TypeError("fetch failed", {
    cause: new Error(`error sending request for url (${origin}${pathname}): ${reason}`),
  });
}
