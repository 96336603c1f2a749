/**
 * The gateway as it is put under load, and what it is asked then.
 *
 * @module
 */
import { appEnv, CLIENT_BASIC, GATEWAY, type ProgramOptions } from "../../tests/gateway/program.ts";
import type { Asked } from "./wrk.ts";

/** The app over an API, with a rate that allows what wrk asks for. */
export function appUnderLoad(
  api: string,
  env: Readonly<Record<string, string>>,
): Required<Omit<ProgramOptions, "keepLog">> {
  return {
    args: ["run", "--allow-net=127.0.0.1", "--allow-env=XSIGNALS_*,GATEWAY_*", GATEWAY],
    env: { ...appEnv(api), GATEWAY_RATE: "1000000", ...env },
  };
}

/** What every token endpoint is asked, at its origin. */
export function askedOf(origin: string): Asked {
  return {
    url: `${origin}/token`,
    headers: { authorization: CLIENT_BASIC, "content-type": "application/x-www-form-urlencoded" },
    body: "grant_type=client_credentials",
  };
}
