/** What the generated operations of Auth0 know as a client. */
import type { Client as Runtime } from "./gen/xsignals/client/index.ts";

export { urlSearchParamsBodySerializer } from "./gen/xsignals/client/index.ts";
export type { ClientMeta, Options, RequestResult, TDataShape } from "./gen/xsignals/client/index.ts";

/**
 * A client that is connected to Auth0: what every operation of this entry point takes as `client`.
 *
 * Get one from `connect`. A client of the other host is another type, so that it cannot be given by mistake.
 */
export interface Client {
  /** Which host it is connected to. */
  readonly host: "auth0";
  /** Sends a GET; called by the operations. */
  readonly get: Runtime["get"];
  /** Sends a POST; called by the operations. */
  readonly post: Runtime["post"];
}
