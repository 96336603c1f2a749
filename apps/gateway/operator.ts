// The operator's commands: make a client, make a key, end the account's session.
import { randomBytes } from "node:crypto";
import { SessionError } from "@xsignals/session";
import type { SharedStores } from "./assemble.ts";
import type { Env } from "@xsignals/session/env";
import { formatHash, hashSecret, parseClientFile } from "./clients.ts";
import { makeAlerts } from "./log.ts";
import { keepRevocations } from "./revocations.ts";

/** Where a command prints. */
type Output = Pick<Console, "log" | "error">;

const USAGE =
  "usage: deno task gateway:client add NAME | gateway:client revoke NAME | gateway:client check | gateway:key | gateway:logout";

/** Runs a command. Resolves with the exit code: 2 for a command that is used wrongly. Only some commands read `env`, or `input`. */
export async function operate(
  args: readonly string[],
  env: Env,
  output: Output,
  input: () => Promise<string> = () => new Response(Deno.stdin.readable).text(),
): Promise<number> {
  try {
    const isClient = args[0] === "client" && args.length === 3;
    const [, , id = ""] = args;
    if (isClient && args[1] === "add") addClient(id, output);
    else if (isClient && args[1] === "revoke") await revokeClient(id, env, output);
    else if (args.join() === "key") output.log(newSecret());
    else if (args.join() === "client,check") {
      const { checkToken } = await import("./check_token.ts");
      return await checkToken((await input()).trim(), env, output.log) ? 0 : 1;
    } else if (args.join() === "logout") await logout(env, output);
    else {
      output.error(USAGE);
      return 2;
    }
    return 0;
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SessionError)) throw error;
    output.error(error.message);
    return 1;
  }
}

/** 256 random bits: a client's secret, or a key for `GATEWAY_SIGNING_KEY` and `GATEWAY_STORE_KEYS`. */
function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** Prints a new client's secret, once, and what to configure, which has its hash only. */
function addClient(id: string, { log }: Output): void {
  const secret = newSecret();
  const hash = formatHash(hashSecret(secret));
  const entry = JSON.stringify({ id, hashes: [hash] });
  parseClientFile(`{"clients":[${entry}]}`); // throws when the id cannot be used
  log(`secret, shown this once:         ${secret}`);
  log(`add to GATEWAY_CLIENTS:          ${id}:${hash}`);
  log(`or to the file of clients:       ${entry}`);
}

/** Ends the account's session at the upstream. A gateway that runs would log in again with the next request. */
async function logout(env: Env, { log }: Output): Promise<void> {
  // Loaded here, because the other commands need neither a session nor a permission.
  const { accountSession } = await import("./assemble.ts");
  const { withFiles } = await import("./deno_world.ts");
  const shared = await openStore(env, "end the session");
  await accountSession(withFiles(env), { store: shared.open("session") }).logout();
  log("The account's session has ended");
}

/** Ends all tokens of a client that were issued until now. Each process refuses them within 5 s. */
async function revokeClient(id: string, env: Env, { log }: Output): Promise<void> {
  parseClientFile(`{"clients":[${JSON.stringify({ id, hashes: [formatHash(hashSecret(""))] })}]}`); // throws for a wrong id
  const shared = await openStore(env, "revoke the client's tokens");
  const alerts = makeAlerts(() => {}, Date.now);
  await keepRevocations(shared.open("revocations"), Date.now, alerts).addClient(id);
  log("The client's tokens that were issued until now work no more. To keep it out, remove it from the clients");
}

async function openStore(env: Env, what: string): Promise<SharedStores> {
  const { openShared, withFiles } = await import("./deno_world.ts");
  const { readConfig } = await import("./config.ts");
  const shared = await openShared(readConfig(withFiles(env)));
  if (!shared) throw new TypeError(`Cannot ${what}: GATEWAY_STORE is not set, and it is in the gateway's memory only`);
  return shared;
}

if (import.meta.main) {
  // Stores may hold the process open: it ends here.
  Deno.exit(await operate(Deno.args, Deno.env, console));
}
