/** `@node-oauth/oauth2-server` behind Hono, for Deno. */
import { Hono } from "hono";
import { tokenAnswerer } from "./oauth2_server.mjs";

const answerToken = tokenAnswerer(Deno.args[0]);
const app = new Hono();
app.post("/token", async (c) => {
  const { status, headers, body } = await answerToken(c.req.header(), await c.req.parseBody());
  return c.json(body, status, headers);
});
Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
}, app.fetch);
