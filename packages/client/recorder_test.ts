// What the tests of this folder share.
/** What a login at Auth0 sends. */
export const GRANT = {
  grant_type: "http://auth0.com/oauth/grant-type/password-realm",
  username: "user",
  password: "SECRET",
  realm: "Username-Password-Authentication",
  audience: "https://xpansiv/platform",
  client_id: "id",
} as const;

/** A fetch that keeps what it is sent, and answers with the function's answer. */
export function recorder(answer: (request: Request) => Response = () => Response.json({})) {
  const seen: Request[] = [];
  return {
    seen,
    fetch: (input: string | URL | Request, init?: RequestInit) => {
      const request = new Request(input, init);
      seen.push(request);
      return Promise.resolve(answer(request));
    },
  };
}

/** What a caller without types may do. */
export function untyped(value: unknown): never {
  return value as never;
}
