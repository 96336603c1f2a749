import { type Context, Hono } from "hono";
import type { LogEntry, Violation } from "./log.ts";
import { type OperationId, OPERATIONS } from "./operations.ts";
import { Refusal } from "./refusal.ts";

/** Notes what the client did wrong. */
export type Report = (violation: Violation) => void;

/** One request on its way through a host: its entry in the log, and what every request goes through. */
export interface Exchange {
  readonly entry: LogEntry;
  /** The answer to a request that could not be read. */
  readonly refusal?: Refusal;
  readonly report: Report;
  /** Runs the handler of an operation; `undefined` for a path or a method that no operation has. */
  serve(operation: OperationId | undefined, handle: () => Promise<Response>): Promise<Response>;
}

/** What a handler gets: Hono's context, with the exchange as `env`. */
export type RouteContext = Context<{ Bindings: Exchange }>;

/** A handler; a {@link Refusal} that it throws is an answer too. */
export type Route = (context: RouteContext) => Response | Promise<Response>;

/** One server: answers a request and reports on the exchange. */
export type Host = (request: Request, exchange: Exchange) => Response | Promise<Response>;

/** What a host is made of. */
export interface HostParts {
  /** Its operations. */
  readonly routes: Partial<Readonly<Record<OperationId, Route>>>;
  /** Answers every path that no operation has. */
  readonly otherwise: Route;
  /** How it says no. */
  readonly refuse: (refusal: Refusal) => Response;
}

/** Makes a host. A path that is there with another method answers 405 and `Allow`; HEAD is another method than GET. */
export function createHost({ routes, otherwise, refuse }: HostParts): Host {
  const app = new Hono<{ Bindings: Exchange }>();

  function serve(context: RouteContext, route: Route, id?: OperationId): Promise<Response> {
    return context.env.serve(id, async () => {
      try {
        return await route(context);
      } catch (error) {
        if (error instanceof Refusal) return refuse(error);
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
        throw new Refusal(405, "The method is not allowed here", { headers: { allow: method } });
      });
    });
  }
  app.notFound((context) => serve(context, otherwise));
  app.onError((error) => {
    throw error;
  });
  return (request, exchange) => {
    const { refusal } = exchange;
    return refusal ? exchange.serve(undefined, () => Promise.resolve(refuse(refusal))) : app.fetch(request, exchange);
  };
}
