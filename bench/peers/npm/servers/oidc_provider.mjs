/** `oidc-provider` on its in-memory adapter; opaque access tokens, its default, or JWTs signed with RS256: `opaque`, `jwt`. */
import { createServer } from "node:http";
import process from "node:process";
import Provider from "oidc-provider";

const isJwt = process.argv[2] === "jwt";
const provider = new Provider("http://127.0.0.1", {
  clients: [{
    client_id: "client",
    client_secret: process.argv[3],
    grant_types: ["client_credentials"],
    response_types: [],
    redirect_uris: [],
  }],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: isJwt,
      defaultResource: () => "urn:api",
      getResourceServerInfo: () => ({ scope: "read", audience: "api", accessTokenFormat: "jwt" }),
    },
  },
});
const server = createServer(provider.callback());
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
