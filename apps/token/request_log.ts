import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./app_env.ts";
import type { Log } from "./log.ts";

/**
 * Makes the middleware that writes one line for each request, when it is answered.
 *
 * @param log Writes the line.
 * @param now The time, in ms since 1970.
 * @param known The app's own name for a path; others are left out of the log, since a secret may stand in one by mistake.
 */
export function requestLog(
  log: Log,
  now: () => number,
  known: (path: string) => string | undefined,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const start = now();
    const id = crypto.randomUUID();
    c.header("x-request-id", id);
    await next();
    const end = now();
    const path = known(c.req.path);
    log({
      at: new Date(end).toISOString(),
      event: "request",
      id,
      method: c.req.method,
      ...(path === undefined ? {} : { path }),
      status: c.res.status,
      ms: end - start,
      ...c.var,
    });
  };
}
