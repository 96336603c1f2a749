/** A bare Hono route that reads the form, as Hono does, and answers with what the gateway sent. */
import { Hono } from "hono";

const headers: Record<string, string> = JSON.parse(Deno.env.get("ANSWER_HEADERS") ?? "{}");
const body: Record<string, unknown> = JSON.parse(Deno.env.get("ANSWER_BODY") ?? "{}");

const app = new Hono();
app.post("/token", async (c) => {
  const form = await c.req.parseBody();
  return form.grant_type === "client_credentials" ? c.json(body, 200, headers) : c.json({}, 400, headers);
});
Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ hostname, port }) => console.log(`http://${hostname}:${port}`),
}, app.fetch);
