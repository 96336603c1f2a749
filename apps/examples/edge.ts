/**
 * Answers `GET /groups` with the file groups; every isolate goes by the one login that they share in Deno KV.
 *
 *     deno serve --unstable-kv --allow-net=api.xsignals.xpansiv.com --allow-env='XSIGNALS_*' edge.ts
 *
 * with `XSIGNALS_USERNAME` and `XSIGNALS_PASSWORD` set; see `optionsFromEnv` for the other ways to authenticate, and allow
 * `auth.xpansiv.com` too for single sign-on. On Deno Deploy this file is the entry point: set the same variables there and
 * assign a KV database to the app.
 */
import { connect, listFileGroups } from "@xsignals/client";
import { createSession, SessionError } from "@xsignals/session";
import { optionsFromEnv } from "@xsignals/session/env";
import { kvStore } from "@xsignals/session/kv";

// One for the isolate, not for each request. A variable that is missing stops it here, not at the first request.
const session = createSession({ ...optionsFromEnv(Deno.env), store: kvStore(), waitBudgetMs: 3_000 });
const client = connect(session);

export default {
  async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== "/groups") return failure(404, "not_found");
    if (request.method !== "GET") return failure(405, "method_not_allowed", { allow: "GET" });
    // Nothing of the caller's request goes on: neither its headers nor its query.
    const signal = AbortSignal.timeout(10_000);
    const { data, error, response } = await listFileGroups({ client, query: { size: 1000 }, signal });
    if (data) return Response.json(data.items.map(({ name, description }) => ({ name, description })));
    return error instanceof SessionError ? ofSession(error) : ofApi(response);
  },
} satisfies Deno.ServeDefaultExport;

/** No token could be had. The log tells the operator why; the caller can only wait, if at all. */
function ofSession({ code, message, retryAt }: SessionError): Response {
  console.error(`${message} (${code})`);
  const seconds = retryAt === undefined ? 30 : Math.max(1, Math.ceil((retryAt - Date.now()) / 1000));
  if (code === "rate_limited") return failure(503, code, { "retry-after": String(seconds) });
  return failure(code === "unreachable" ? 502 : 500, code);
}

/** The API failed, or did not answer. Its 429 is this app's, not the caller's. */
function ofApi(response: Response | undefined): Response {
  console.error(`GET /file/group: ${response?.status ?? "no answer"}`);
  const retryAfter = response?.headers.get("retry-after");
  if (response?.status !== 429 && response?.status !== 503) return failure(502, "upstream_failed");
  return failure(503, "upstream_busy", retryAfter ? { "retry-after": retryAfter } : {});
}

function failure(status: number, error: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error }, { status, headers });
}
