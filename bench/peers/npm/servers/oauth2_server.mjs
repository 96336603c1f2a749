/** `@node-oauth/oauth2-server`, one client, opaque tokens, the last 1,000 in memory; behind Hono in Deno, else Express. */
import process from "node:process";
import OAuth2Server from "@node-oauth/oauth2-server";

const { Request, Response } = OAuth2Server;
const tokens = [];
let saved = 0;
const client = { id: "client", grants: ["client_credentials"] };
const server = new OAuth2Server({
  model: {
    getClient: (id, secret) => id === "client" && secret === process.argv[2] ? client : null,
    getUserFromClient: () => ({ id: "user" }),
    saveToken: (token, client, user) => tokens[saved++ % 1_000] = { ...token, client, user },
    validateScope: () => ["read"],
  },
});

async function answerToken(headers, body) {
  const response = new Response({ headers: {} });
  await server.token(new Request({ method: "POST", headers, query: {}, body }), response).catch(() => {}); // has told it
  return response;
}

if (globalThis.Deno) {
  const { Hono } = await import("hono");
  const app = new Hono();
  app.post("/token", async (c) => {
    const { status, headers, body } = await answerToken(c.req.header(), await c.req.parseBody());
    return c.json(body, status, headers);
  });
  const onListen = ({ port }) => console.log(`http://127.0.0.1:${port}`);
  Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, app.fetch);
} else {
  const { default: express } = await import("express");
  const app = express();
  app.post("/token", express.urlencoded({ extended: false }), async (request, response) => {
    const { status, headers, body } = await answerToken(request.headers, request.body);
    response.status(status).set(headers).json(body);
  });
  const server = app.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
}
