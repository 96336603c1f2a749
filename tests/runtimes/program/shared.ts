import process from "node:process";
import { createSession, type Store } from "@xsignals/session";
import { fileStore } from "@xsignals/session/file";
import { kvStore } from "@xsignals/session/kv";
import { call, GROUPS, LISTED, strategies } from "./account.ts";
import { createControl, type Upstream } from "./control.ts";

// One run of a program that keeps its session in a place where another runtime had it, and will have it.
const task: { place: "file" | "kv"; path: string; isFirst: boolean; upstream: Upstream } = JSON.parse(
  process.argv[2] ?? "",
);
const { place, path, isFirst, upstream } = task;
const outcome = { steps: 0, wrong: [] };
const { step, tell } = createControl(upstream, outcome);
const session = createSession({ strategy: strategies(upstream).login, store: await open(), baseUrl: upstream.api });
await step("a call", () => call(session), GROUPS, ...(isFirst ? ["authLogin 200"] : []), LISTED);
await tell("revoke");
await step("the token was taken back", () => call(session), GROUPS, "listFileGroups 401", "authRefresh 200", LISTED);
console.log(JSON.stringify(outcome));
process.exit(); // Node's KV keeps the program alive

async function open(): Promise<Store> {
  if (place === "file") return fileStore({ path });
  if ("Deno" in globalThis) return kvStore({ path });
  const { openKv } = await import("@deno/kv");
  return kvStore(await openKv(path));
}
