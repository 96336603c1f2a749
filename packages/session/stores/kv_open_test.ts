import { assert, assertEquals, assertRejects } from "@std/assert";
import { SessionError } from "../errors.ts";
import { kvStore } from "./kv.ts";

const A = Uint8Array.of(1, 2, 3);
const KV_MODULE = new URL("kv.ts", import.meta.url).href;

/** What `await` of some operations of stores gives in a process of its own: code and message of each one that fails. */
async function inProcess(flags: string[], env: Record<string, string>, stores: string[]): Promise<string[]> {
  const program = `
    import { kvStore } from ${JSON.stringify(KV_MODULE)};
    const A = Uint8Array.of(1, 2, 3);
    for (const open of [${stores.map((store) => `async () => ${store}`)}]) {
      const { length } = await open().then((value) => String(value), ({ name, code, message }) => {
        console.log(JSON.stringify([name, code, message].filter(Boolean).join(" ")));
        return "";
      });
      if (length > 0) console.log(JSON.stringify("ok"));
    }`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-config", "--no-lock", "--quiet", ...flags, "-"],
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await new Response(program).body!.pipeTo(child.stdin);
  const { stdout, stderr } = await child.output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
}

const ASSIGN = "no KV database is assigned to this app; assign one on Deno Deploy and deploy again";

Deno.test("kvStore() names the flag if Deno KV is switched off (public bug 8)", async () => {
  const calls = ["kvStore().read()", "kvStore().write(A, null)", "kvStore({ path: './kv.sqlite' }).read()"];
  const error =
    "SessionError store_failed Cannot open Deno KV: it is switched off; start Deno with --unstable-kv, or put " +
    `"unstable": ["kv"] into the program's own deno.json`;
  assertEquals(await inProcess([], {}, calls), [error, error, error]);
});

Deno.test("kvStore() says that the app on Deno Deploy needs a database", async () => {
  const onEdge = { DENO_DEPLOYMENT_ID: "deployment" };
  const missing = `SessionError store_failed Cannot open Deno KV: ${ASSIGN}`;
  assertEquals(await inProcess(["--allow-env"], onEdge, ["kvStore().read()"]), [missing]);
  const required = { ...onEdge, DENO_KV_REQUIRES_DISTRIBUTED_DATABASE: "error" };
  assertEquals(await inProcess(["--allow-env"], required, ["kvStore().read()"]), [missing]);
});

Deno.test("kvStore() names the permissions that its path needs", async () => {
  const [error] = await inProcess(["--unstable-kv"], {}, ["kvStore({ path: './kv.sqlite' }).read()"]);
  assertEquals(
    error,
    "SessionError store_failed Cannot open Deno KV: the program may not use its path; start it with --allow-read and " +
      "--allow-write for it",
  );
});

Deno.test("kvStore() refuses a database of its own that DENO_KV_DB_MODE makes the memory of one isolate", async () => {
  const calls = [
    "kvStore().write(A, null)",
    "kvStore().read()",
    "kvStore({ allowLocal: true }).write(A, null)",
    "kvStore(await Deno.openKv()).write(A, null)", // whose database it is says who opened it
  ];
  const why = "SessionError store_not_shared Cannot share the session: ";
  const local = `${why}this KV is the memory of this isolate alone; give a path, or set allowLocal`;
  const memory = { DENO_KV_DB_MODE: "memory" };
  assertEquals(await inProcess(["--unstable-kv", "--allow-env"], memory, calls), [local, local, "ok", "ok"]);
  // As on Deno Deploy without a database, where it opens all the same.
  const edge = { ...memory, DENO_DEPLOYMENT_ID: "deployment" };
  const unassigned = `${why}${ASSIGN}, or set allowLocal`;
  assertEquals(await inProcess(["--unstable-kv", "--allow-env"], edge, calls), [unassigned, unassigned, "ok", "ok"]);
});

Deno.test("kvStore() refuses the path of a database in memory before anything is read", async () => {
  const store = kvStore({ path: ":memory:" });
  for (const operation of [() => store.read(), () => store.write(A, null), () => store.write(null, null)]) {
    const error = await assertRejects(operation, SessionError, "this KV is the memory of this isolate alone");
    assertEquals(error.code, "store_not_shared");
  }
  await using local = kvStore({ path: ":memory:", allowLocal: true });
  assert(await local.write(A, null) !== false);
});
