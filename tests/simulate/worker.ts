// Makes batches of runs for main.ts, in a worker of its own.
import { parentPort } from "node:worker_threads";
import { runBatch } from "./run.ts";

parentPort?.on("message", async (batch) => parentPort?.postMessage(await runBatch(batch)));
