import { type Context, Hono } from "hono";
import { ErrorAnswer } from "./error_answer.ts";
import type { LogEntry, Report } from "./log.ts";
import { type OperationId, OPERATIONS } from "./operations.ts";

/** One request on its way through a server. */
export interface Exchange {
  /** Its entry in the log. */
  readonly entry: LogEntry;
  /** The answer, if the request could not be read. */
  readonly error?: ErrorAnswer;
  readonly report: Report;
  /** Runs the handler of an operation; `undefined` for a path or a method that no operation has. */
  serve(operation: OperationId | undefined, handle: () => Promise<Response>): Promise<Response>;
}

/** The argument of a handler: Hono's context, with the exchange as `env`. */
export type RouteContext = Context<{ Bindings: Exchange }>;

/** A handler. It answers an error by throwing an {@link ErrorAnswer}. */
export type Route = (context: RouteContext) => Response | Promise<Response>;

/** One server. */
export type Host = (request: Request, exchange: Exchange) => Response | Promise<Response>;

/** The parts of a server. */
export interface HostParts {
  /** Its operations. */
  readonly routes: Partial<Readonly<Record<OperationId, Route>>>;
  /** Answers every path that no operation has. */
  readonly otherwise: Route;
  /** Gives an error the server's form. */
  readonly toResponse: (error: ErrorAnswer) => Response;
}

/** Makes a server. A known path with another method answers 405 and `Allow`; HEAD is another method than GET. */
export function createHost({ routes, otherwise, toResponse }: HostParts): Host {
  const app = new Hono<{ Bindings: Exchange }>();

  function serve(context: RouteContext, route: Route, id?: OperationId): Promise<Response> {
    return context.env.serve(id, async () => {
      try {
        return await route(context);
      } catch (error) {
        if (error instanceof ErrorAnswer) return toResponse(error);
        throw error;
      }
    });
  }

  for (const id of Object.keys(OPERATIONS) as OperationId[]) {
    const { method, path, alias } = OPERATIONS[id];
    const route = routes[id];
    if (!route) continue;
    app.on(["ALL"], alias ? [path, alias] : [path], (context) => {
      if (context.req.raw.method === method) return serve(context, route, id);
      return serve(context, () => {
        throw new ErrorAnswer(405, "The method is not allowed here", { headers: { allow: method } });
      });
    });
  }
  app.notFound((context) => serve(context, otherwise));
  app.onError((error) => {
    throw error;
  });
  return (request, exchange) => {
    const { error } = exchange;
    return error ? exchange.serve(undefined, () => Promise.resolve(toResponse(error))) : app.fetch(request, exchange);
  };
}
