import process from "node:process";
import worker from "./worker.ts";

// The program for Node, Bun and Deno: the task is its argument, and it prints the answer.
const request = new Request("http://worker/", { method: "POST", body: process.argv[2] ?? "" });
console.log(await (await worker.fetch(request)).text());
// In Deno the body of a request that it does not permit keeps the program alive.
if (process.argv[2]?.includes('"do":"fail"')) process.exit();
