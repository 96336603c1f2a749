import process from "node:process";
import { createSession, type Store } from "@xsignals/session";
import { fileStore } from "@xsignals/session/file";
import { kvStore } from "@xsignals/session/kv";
import { call, strategies } from "./account.ts";
import { createControl, type Upstream } from "./control.ts";

// One run of a program that keeps its session in a place where another runtime had it, and will have it.
const { place, path, upstream }: { place: "file" | "kv"; path: string; upstream: Upstream } = JSON.parse(
  process.argv[2] ?? "",
);
const control = createControl(upstream);
const session = createSession({ strategy: strategies(upstream).login, store: await open(), baseUrl: upstream.api });
const first = await control.step("a call", () => call(session));
await control.tell("revoke");
const second = await control.step("a call when the token was taken back", () => call(session));
console.log(JSON.stringify([first, second]));
process.exit(); // Node's KV keeps the program alive

async function open(): Promise<Store> {
  if (place === "file") return fileStore({ path });
  if ("Deno" in globalThis) return kvStore({ path });
  const { openKv } = await import("@deno/kv");
  return kvStore(await openKv(path));
}
