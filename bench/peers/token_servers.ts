import { appUnderLoad } from "../gateway/app_under_load.ts";
import { accountEnv, CLIENT } from "../../tests/gateway/program.ts";
import { type Server, startServer } from "./start_server.ts";
import { accessTokenAt } from "./upstream.ts";

/** A token endpoint, at `/token`. */
export interface TokenServer {
  /** What the command line calls it. */
  readonly id: string;
  readonly name: string;
  readonly runtime: "Deno" | "Node";
  /** What it hands out. */
  readonly token: string;
  /** Starts it; the account behind our apps is at `api`. */
  start(api: string): Promise<Server>;
}

/** Every token endpoint, in the order of the table; the first is what the others are compared with. */
export function tokenServers(): TokenServer[] {
  return [
    { id: "hono", name: "bare Hono route", runtime: "Deno", token: "constant", start: startBare },
    { id: "gateway", name: "`apps/gateway`", runtime: "Deno", token: "JWT, HS256", start: startGateway },
    { id: "token-app", name: "`apps/token`", runtime: "Deno", token: "the account's", start: startTokenApp },
    peer("Node", "oidc-provider", "`oidc-provider`", "opaque", "oidc_provider.mjs", "opaque"),
    peer("Deno", "oidc-provider", "`oidc-provider`", "opaque", "oidc_provider.mjs", "opaque"),
    peer("Node", "oidc-provider", "`oidc-provider`", "JWT, RS256", "oidc_provider.mjs", "jwt"),
    peer("Deno", "oidc-provider", "`oidc-provider`", "JWT, RS256", "oidc_provider.mjs", "jwt"),
    peer("Node", "oauth2-server", "`@node-oauth/oauth2-server`, Express", "opaque", "oauth2_express.mjs"),
    peer("Deno", "oauth2-server", "`@node-oauth/oauth2-server`, Hono", "opaque", "oauth2_hono.mjs"),
  ];
}

/** The gateway, whose rate allows what is asked of it here. */
function startGateway(api: string): Promise<Server> {
  const { args, env } = appUnderLoad(api, { GATEWAY_ISSUER: "http://127.0.0.1:8080" });
  return startServer(Deno.execPath(), { args: [...args], env });
}

function startTokenApp(api: string): Promise<Server> {
  const main = `${import.meta.dirname}/../../../apps/token/main.ts`;
  const told = 'exec "$@" 2>&1'; // `deno serve` says on standard error where it listens
  return startServer("sh", {
    args: ["-c", told, "sh", Deno.execPath(), "serve", "--host", "127.0.0.1", "--port", "0", "-A", main],
    env: { ...accountEnv(api), TOKEN_CLIENT_ID: CLIENT.id, TOKEN_CLIENT_SECRET: CLIENT.secret },
  });
}

/** The route that `deno task gateway:load` compares with, too: it reads the form, and answers what never changes. */
function startBare(): Promise<Server> {
  const answer = { access_token: accessTokenAt(0), token_type: "Bearer", expires_in: 3600 };
  return startServer(Deno.execPath(), {
    args: ["run", "-A", `${import.meta.dirname}/../../gateway/bare.ts`],
    env: { ANSWER_HEADERS: `{"cache-control":"no-store"}`, ANSWER_BODY: JSON.stringify(answer) },
  });
}

function peer(
  runtime: "Deno" | "Node",
  id: string,
  name: string,
  token: string,
  file: string,
  ...args: string[]
): TokenServer {
  const deno = ["run", "--quiet", "--no-check", "--config", "deno.json", "-A"];
  return {
    id,
    name,
    runtime,
    token,
    start: () =>
      startServer(runtime === "Node" ? "node" : Deno.execPath(), {
        args: [...(runtime === "Node" ? [] : deno), `servers/${file}`, ...args, CLIENT.secret],
        cwd: `${import.meta.dirname}/npm`,
        env: { NODE_ENV: "production" },
      }),
  };
}
