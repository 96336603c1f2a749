import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./app_env.ts";
import type { Log } from "./log.ts";

/**
 * Makes the middleware that writes one line for each request, when it is answered.
 *
 * @param log Writes the line.
 * @param now The time, in ms since 1970.
 * @param isKnown Whether the app has this path; others are left out of the log, since a secret may stand in one by mistake.
 */
export function requestLog(log: Log, now: () => number, isKnown: (path: string) => boolean): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const start = now();
    await next();
    const end = now();
    const { client, error, reason } = c.var;
    log({
      at: new Date(end).toISOString(),
      event: "request",
      method: c.req.method,
      ...(isKnown(c.req.path) ? { path: c.req.path } : {}),
      status: c.res.status,
      ms: end - start,
      ...(client === undefined ? {} : { client }),
      ...(error === undefined ? {} : { error }),
      ...(reason === undefined ? {} : { reason }),
    });
  };
}
