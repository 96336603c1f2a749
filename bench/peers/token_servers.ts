import { serveEmulator } from "@xsignals/emulator/serve";
import { accountEnv, CLIENT, startGateway, startProgram, TOKEN_REQUEST, USERS } from "../../tests/gateway/program.ts";
import type { Program } from "../../tests/gateway/program.ts";
import { startBare } from "../gateway/bare.ts";
import { type Load, loadProgram } from "../gateway/wrk.ts";
import { interleave } from "../interleaved.ts";
import { accessTokenAt } from "./upstream.ts";

export interface TokenServer {
  /** What the command line calls it. */
  readonly id: string;
  readonly name: string;
  readonly runtime: "Deno" | "Node";
  /** What it hands out. */
  readonly token: string;
  /** The account behind our apps is at `api`. */
  start(api: string): Promise<Program>;
}

const WARM_SECONDS = 2;

/** The answer of the bare route. */
const NO_STORE = { "cache-control": "no-store" };
const ANSWER = { access_token: accessTokenAt(0), token_type: "Bearer", expires_in: 3600 };

/** Every token endpoint, in the order of the table; the first is what the others are compared with. */
export const TOKEN_SERVERS: readonly TokenServer[] = [
  { id: "hono", name: "bare Hono route", runtime: "Deno", token: "constant", start: () => startBare(NO_STORE, ANSWER) },
  {
    id: "gateway",
    name: "`apps/gateway`",
    runtime: "Deno",
    token: "JWT, HS256",
    start: (api) => startGateway(api, { GATEWAY_ISSUER: "http://127.0.0.1:8080" }),
  },
  { id: "token-app", name: "`apps/token`", runtime: "Deno", token: "the account's", start: startTokenApp },
  peer("Node", "oidc-provider", "`oidc-provider`", "opaque", "oidc_provider.mjs opaque"),
  peer("Deno", "oidc-provider", "`oidc-provider`", "opaque", "oidc_provider.mjs opaque"),
  peer("Node", "oidc-provider", "`oidc-provider`", "JWT, RS256", "oidc_provider.mjs jwt"),
  peer("Deno", "oidc-provider", "`oidc-provider`", "JWT, RS256", "oidc_provider.mjs jwt"),
  peer("Node", "oauth2-server", "`@node-oauth/oauth2-server`, Express", "opaque", "oauth2_server.mjs"),
  peer("Deno", "oauth2-server", "`@node-oauth/oauth2-server`, Hono", "opaque", "oauth2_server.mjs"),
];

function startTokenApp(api: string): Promise<Program> {
  const main = `${import.meta.dirname}/../../apps/token/main.ts`;
  return startProgram(Deno.execPath(), {
    args: ["serve", "--host", "127.0.0.1", "--port", "0", "-A", main],
    env: { ...accountEnv(api), TOKEN_CLIENT_ID: CLIENT.id, TOKEN_CLIENT_SECRET: CLIENT.secret },
  });
}

function peer(runtime: "Deno" | "Node", id: string, name: string, token: string, program: string): TokenServer {
  const deno = ["run", "--quiet", "--no-check", "--config", "deno.json", "-A"];
  const options = {
    args: [...(runtime === "Node" ? [] : deno), ...`servers/${program}`.split(" "), CLIENT.secret],
    cwd: `${import.meta.dirname}/npm`,
    env: { NODE_ENV: "production" },
  };
  const start = () => startProgram(runtime === "Node" ? "node" : Deno.execPath(), options);
  return { id, name, runtime, token, start };
}

/** Puts every server under load in turn, so many rounds: a list for each, with a load for each round. */
export async function loadServers(
  servers: readonly TokenServer[],
  rounds: number,
  seconds: number,
): Promise<Load[][]> {
  const { api, stop } = await serveEmulator({ users: USERS });
  try {
    return await interleave(
      rounds,
      servers.map((server) => async () => {
        await using program = await server.start(api);
        const answer = await fetch(`${program.origin}/token`, TOKEN_REQUEST);
        if (typeof (await answer.json()).access_token !== "string") {
          throw new Error(`Cannot load ${server.name}: no token`);
        }
        await loadProgram(program, "/token", WARM_SECONDS, TOKEN_REQUEST);
        return await loadProgram(program, "/token", seconds, TOKEN_REQUEST);
      }),
    );
  } finally {
    await stop();
  }
}
