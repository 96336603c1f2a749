/**
 * Makes a call with a credential in it, twice, after it has left a connection to the server in the platform's pool.
 *
 *   bun on_dead_connection.ts <address of the session's mod.ts> <origin> <name of the call>
 *
 * Prints what came of each, as JSON.
 */
import process from "node:process";
import { tokenCalls } from "../token_calls.ts";

const [module = "", origin = "", name = ""] = process.argv.slice(2);
const call = tokenCalls(await import(module))[name]!;
await (await fetch(`${origin}/prime`)).text();
const session = call.open(origin);
const outcomes: string[] = [];
for (let time = 0; time < 2; time++) {
  outcomes.push(await call.make(session).then(() => "done", (error) => error.code ?? String(error)));
}
console.log(JSON.stringify(outcomes));
process.exit(); // the dead connection may keep the program alive
