import { authRoutes } from "./auth_routes.ts";
import { authenticate } from "./credentials.ts";
import { ErrorAnswer } from "./error_answer.ts";
import { fileRoutes } from "./file_routes.ts";
import { createHost, type Host, type Route } from "./host.ts";
import { isAuth0Path, type OperationId } from "./operations.ts";
import { seriesRoutes } from "./series_routes.ts";
import type { State } from "./state.ts";

/** The XSignals API. Its errors have a `message`; unknown paths may redirect to the vendor's web site. */
export function createXsignals(state: State): Host {
  const { assumptions } = state.settings;
  const all = { ...authRoutes(state), ...fileRoutes(state), ...seriesRoutes(state) };
  const { downloadFile, queryTimeSeries, ...jsonRoutes } = all;
  const routes: Partial<Record<OperationId, Route>> = { downloadFile, queryTimeSeries };
  for (const [id, route] of Object.entries(jsonRoutes)) {
    routes[id as OperationId] = (context) => {
      rejectOtherFormats(context.req.raw);
      return route(context);
    };
  }

  return createHost({
    routes,
    async otherwise({ req: { raw }, env: { entry, report } }) {
      const auth0 = isAuth0Path(entry.path);
      if (auth0) report("auth0_path_on_api");
      if (assumptions.unknownPath === 307 && entry.path !== "/") {
        return new Response(null, { status: 307, headers: { location: "https://www.xpansiv.com/home" } });
      }
      if (!auth0) await authenticate(state, raw);
      throw new ErrorAnswer(404, "There is no such resource");
    },
    toResponse: ({ status, message, headers }) => {
      switch (assumptions.errorBody) {
        case "json":
          return Response.json({ message }, { status, headers });
        case "text":
          return new Response(message, { status, headers });
        case "html":
          return new Response(`<html><body><h1>${message}</h1></body></html>`, {
            status,
            headers: { ...headers, "content-type": "text/html; charset=utf-8" },
          });
        case "empty":
          return new Response(null, { status, headers });
      }
    },
  });
}

/** The vendor's table says 406 for a format other than JSON. */
function rejectOtherFormats(request: Request): void {
  const accept = request.headers.get("accept") ?? "*/*";
  const ranges = accept.split(",").map((range) => range.split(";", 1)[0]!.trim().toLowerCase());
  if (!ranges.some((range) => ["*/*", "application/*", "application/json"].includes(range))) {
    throw new ErrorAnswer(406, "Only application/json is offered");
  }
}
