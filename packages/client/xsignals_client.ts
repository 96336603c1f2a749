/** What the generated operations of the XSignals API know as a client. */
import type { Client as Runtime } from "./gen/xsignals/client/index.ts";

export type { ClientMeta, Options, RequestResult, TDataShape } from "./gen/xsignals/client/index.ts";

/**
 * A client that is connected to the XSignals API: what every operation of this entry point takes as `client`.
 *
 * Get one from `connect`. A client of the other host is another type, so that it cannot be given by mistake.
 */
export interface Client {
  /** Which host it is connected to. */
  readonly host: "xsignals";
  /** Sends a GET; called by the operations. */
  readonly get: Runtime["get"];
  /** Sends a POST; called by the operations. */
  readonly post: Runtime["post"];
}
