import { assertEquals, assertRejects } from "@std/assert";
import { openKv } from "@deno/kv";
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

const ASSIGN = "no KV database is assigned to this app; assign one to it on Deno Deploy, and deploy it again";

Deno.test("kvStore() names the flag where Deno KV is switched off (public bug 8)", async () => {
  const calls = ["kvStore().read()", "kvStore().write(A, null)", "kvStore({ path: './kv.sqlite' }).read()"];
  const error =
    "SessionError store_failed Cannot open Deno KV: it is switched off; start Deno with --unstable-kv, or have " +
    `"unstable": ["kv"] in the program's own deno.json`;
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
    "SessionError store_failed Cannot open Deno KV: the program may not use its path; allow it with --allow-read and " +
      "--allow-write",
  );
});

Deno.test("kvStore() shares no memory of one isolate, however that came about", async () => {
  const calls = [
    "kvStore().write(A, null)",
    "kvStore(await Deno.openKv()).read()",
    "kvStore({ allowLocal: true }).write(A, null)",
    "kvStore(await Deno.openKv(), { allowLocal: true }).write(A, null)",
  ];
  const why = "SessionError store_not_shared Cannot share the session: ";
  const local = `${why}this KV is the memory of this isolate alone; open it with a path, or set allowLocal`;
  const memory = { DENO_KV_DB_MODE: "memory" };
  assertEquals(await inProcess(["--unstable-kv", "--allow-env"], memory, calls), [local, local, "ok", "ok"]);
  // Without the permission to read the variable it is noticed all the same, where the store opens the database.
  const later = "((store) => store.write(A, null).catch(() => store.read()))(kvStore())";
  assertEquals(await inProcess(["--unstable-kv"], memory, [calls[0]!, later]), [local, local]);

  // As Deno Deploy did before it refused to open: memory that says nothing, in a database that was handed in too.
  const edge = { DENO_DEPLOYMENT_ID: "deployment", DENO_KV_DB_MODE: "memory" };
  const onEdge = ["kvStore().write(A, null)", "kvStore(await Deno.openKv()).write(A, null)", ...calls.slice(2)];
  // A database far away that was handed in is no memory, though the app's own would be: its versions are no counter's.
  onEdge.push(`kvStore({
    get: () => Promise.resolve({ value: null, versionstamp: "000002fa526aaccb0000" }),
    atomic: () => ({
      check() { return this; },
      set() { return this; },
      commit: () => Promise.resolve({ ok: true, versionstamp: "000002fa526aaccb0000" }),
    }),
  }).write(A, null)`);
  const unassigned = `${why}${ASSIGN}, or set allowLocal`;
  for (const env of ["--allow-env", "--allow-env=DENO_DEPLOYMENT_ID"]) {
    assertEquals(await inProcess(["--unstable-kv", env], edge, onEdge), [unassigned, unassigned, "ok", "ok", "ok"]);
  }
});

Deno.test("kvStore() refuses memory that is known as such before anything is read", async () => {
  const store = kvStore({ path: ":memory:" });
  for (const operation of [() => store.read(), () => store.write(A, null), () => store.write(null, null)]) {
    assertEquals((await assertRejects(operation, SessionError)).code, "store_not_shared");
  }
  const inMemory = await openKv("", { implementation: "in-memory" });
  assertEquals((await assertRejects(() => kvStore(inMemory).read(), SessionError)).code, "store_not_shared");
  inMemory.close();
});
