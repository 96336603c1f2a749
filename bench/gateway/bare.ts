import { Hono } from "hono";
import { type Program, startProgram } from "../../tests/gateway/program.ts";

/**
 * Starts bare Hono routes: one reads the form, as Hono does, and answers with these headers and this body; the others
 * hand on what an API answers.
 */
export function startBare(headers: Readonly<Record<string, string>>, body: unknown, api?: string): Promise<Program> {
  return startProgram(Deno.execPath(), {
    args: ["run", "--allow-net=127.0.0.1", import.meta.filename!, JSON.stringify({ headers, body, api })],
  });
}

if (import.meta.main) {
  const { headers, body, api } = JSON.parse(Deno.args[0] ?? "");
  const app = new Hono();
  app.post("/token", async (c) => {
    const form = await c.req.parseBody();
    return form.grant_type === "client_credentials" ? c.json(body, 200, headers) : c.json({}, 400, headers);
  });
  app.get("/api/*", async (c) => {
    const answer = await fetch(api + c.req.path.slice("/api".length));
    return c.newResponse(answer.body, 200, Object.fromEntries(answer.headers));
  });
  const onListen = ({ port }: { port: number }) => console.log(`http://127.0.0.1:${port}`);
  Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, app.fetch);
}
