import process from "node:process";
import { run } from "./run.ts";

// The program for Node, Bun and Deno: the task is its argument, and what it prints is the answer.
console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? ""))));
