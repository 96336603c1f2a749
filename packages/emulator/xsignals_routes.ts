import { authenticate } from "./authenticate.ts";
import { authRoutes } from "./auth_routes.ts";
import { createHost, type Host } from "./host.ts";
import { Refusal } from "./refusal.ts";
import type { State } from "./state.ts";

/** The XSignals API. */
export function createXsignals(state: State): Host {
  return createHost({
    routes: authRoutes(state),
    async otherwise({ req: { raw } }) {
      await authenticate(state, raw);
      throw new Refusal(404, "There is no such resource");
    },
    refuse: ({ status, message, headers }) => Response.json({ message }, { status, headers }),
  });
}
