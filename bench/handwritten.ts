type FetchLike = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

interface Held {
  readonly accessToken: string;
  readonly expiresAt: number; // ms since 1970
}

/** What a careful developer writes by hand, to compare with: one refresh for all who wait, one resend after a 401. */
export function handwrittenFetch(
  inner: FetchLike,
  { refresh, ...held }: Held & { refresh(): Promise<Held> },
): FetchLike {
  let current: Held = held;
  let pending: Promise<string> | undefined;

  function renew(): Promise<string> {
    pending ??= refresh()
      .then((next) => (current = next).accessToken)
      .finally(() => pending = undefined);
    return pending;
  }

  function send(input: string | URL | Request, init: RequestInit | undefined, accessToken: string): Promise<Response> {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    headers.set("authorization", `Bearer ${accessToken}`);
    return inner(input, { ...init, headers });
  }

  return async (input, init) => {
    const accessToken = Date.now() < current.expiresAt ? current.accessToken : await renew();
    const response = await send(input, init, accessToken);
    if (response.status !== 401) return response;
    await response.body?.cancel();
    return await send(input, init, accessToken === current.accessToken ? await renew() : current.accessToken);
  };
}
