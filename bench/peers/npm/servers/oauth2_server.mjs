/** `@node-oauth/oauth2-server` with the smallest model: one client, opaque tokens, the last 1,000 in memory. */
import OAuth2Server from "@node-oauth/oauth2-server";

const { Request, Response } = OAuth2Server;

/** Makes what answers a token request with status, headers and body. */
export function tokenAnswerer(clientSecret) {
  const tokens = [];
  let saved = 0;
  const client = { id: "client", grants: ["client_credentials"] };
  const server = new OAuth2Server({
    model: {
      getClient: (id, secret) => id === "client" && secret === clientSecret ? client : null,
      getUserFromClient: () => ({ id: "user" }),
      saveToken: (token, client, user) => tokens[saved++ % 1_000] = { ...token, client, user },
      validateScope: () => ["read"],
    },
  });
  return async (headers, body) => {
    const response = new Response({ headers: {} });
    await server.token(new Request({ method: "POST", headers, query: {}, body }), response).catch(() => {}); // has told it
    return response;
  };
}
