/**
 * Answers `GET /groups` with the file groups, and `GET /newest` with the newest file of one of them, as it comes. Every
 * isolate uses the one login that they share in Deno KV.
 *
 *     deno serve --node-modules-dir=none --unstable-kv --allow-env='XSIGNALS_*' \
 *       --allow-net=api.xsignals.xpansiv.com,datalake-xpansivprod-ng.s3.amazonaws.com edge.ts
 *
 * with `XSIGNALS_USERNAME` and `XSIGNALS_PASSWORD` set; see `optionsFromEnv` for the other ways to authenticate, and allow
 * `auth.xpansiv.com` too for single sign-on. The second host is where the API may send you for a file's content. On Deno
 * Deploy this file is the entry point: set the same variables there and assign a KV database to the app.
 */
import { createData } from "@xsignals/data";
import { createSession, SessionError } from "@xsignals/session";
import { optionsFromEnv } from "@xsignals/session/env";
import { kvStore } from "@xsignals/session/kv";

const GROUP = "Market Notes";

// One for the isolate, not for each request. A variable that is missing stops it here, not at the first request.
const session = createSession({ ...optionsFromEnv(Deno.env), store: kvStore(), waitBudgetMs: 3_000 });
const data = createData(session, { waitBudgetMs: 3_000, retries: 1, idleMs: 8_000 });

async function listGroups(signal: AbortSignal): Promise<Response> {
  const groups = data.groups({ signal });
  return Response.json(await Array.fromAsync(groups, ({ name, description }) => ({ name, description })));
}

async function handOnNewest(signal: AbortSignal): Promise<Response> {
  const file = await data.newest(GROUP, { signal });
  if (!file) return failure(404, "not_found");
  const response = await data.open(file); // without the signal: the body may take longer
  response.headers.set("content-disposition", "attachment"); // a browser must not show what others wrote as this app's page
  return response;
}

const ROUTES = new Map([["/groups", listGroups], ["/newest", handOnNewest]]);

export default {
  async fetch(request: Request): Promise<Response> {
    const answer = ROUTES.get(new URL(request.url).pathname);
    if (!answer) return failure(404, "not_found");
    if (request.method !== "GET") return failure(405, "method_not_allowed", { allow: "GET" });
    try {
      return await answer(AbortSignal.timeout(20_000)); // nothing of the caller's request goes on to the API
    } catch (error) {
      return ofError(error);
    }
  },
} satisfies Deno.ServeDefaultExport;

/** The log tells the operator why. The caller can only wait, if at all. */
function ofError(error: unknown): Response {
  const { message, code, status, retryAt } = Object(error);
  console.error(`${message} (${code})`);
  if (code === "rate_limited" || status === 503) {
    const seconds = retryAt === undefined ? 30 : Math.max(1, Math.ceil((retryAt - Date.now()) / 1000));
    return failure(503, "busy", { "retry-after": String(seconds) });
  }
  const isOurs = error instanceof SessionError && code !== "unreachable";
  return isOurs ? failure(500, "internal_error") : failure(502, "upstream_failed");
}

function failure(status: number, error: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error }, { status, headers });
}
