/** What a newcomer sees of the tasks: nothing that is not theirs. */
import { assert, assertEquals } from "@std/assert";
import { needing } from "../has_program.ts";

const ROOT = new URL("../../", import.meta.url);

interface Task {
  readonly description?: string;
  readonly command: string;
}

const { tasks }: { readonly tasks: Record<string, Task> } = JSON.parse(
  await Deno.readTextFile(new URL("deno.json", ROOT)),
);

Deno.test("deno task: what users start comes first, every task is explained, and theirs install only what they run (found 188)", () => {
  const forUsers = ["demo", "xsignals", "emulator", "token", "gateway"];
  assertEquals(Object.keys(tasks).slice(0, forUsers.length), forUsers);
  for (const [name, { description = "", command }] of Object.entries(tasks)) {
    assert(description.length > 0 && description.length <= 120, `${name}: ${description}`);
    if (forUsers.includes(name)) assert(command.includes("--node-modules-dir=none"), `${name}: ${command}`);
  }
});

Deno.test(needing(["node"], "deno task test: turbo has nothing to warn of (found 188)"), async () => {
  const turbo = new Deno.Command("node_modules/.bin/turbo", {
    args: ["run", "check", "test", "--dry=json"],
    cwd: ROOT,
    env: { TURBO_TELEMETRY_DISABLED: "1" },
  });
  const { code, stdout, stderr } = await turbo.output();
  const [planned, warned] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals([code, warned], [0, ""]);
  assert(JSON.parse(planned!).tasks.length > 10, planned);
});

Deno.test("deno task token: it prints where it listens, and nothing else (found 188)", async () => {
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", `exec ${tasks["token"]!.command}`],
    cwd: ROOT,
    env: {
      DENO_SERVE_ADDRESS: "tcp:127.0.0.1:0",
      NO_COLOR: "1",
      PATH: `${Deno.execPath().replace(/\/[^/]+$/, "")}:${Deno.env.get("PATH")}`,
      TOKEN_CLIENT_ID: "notebook",
      TOKEN_CLIENT_SECRET: "0123456789abcdef0123456789abcdef",
      XSIGNALS_PASSWORD: "password",
      XSIGNALS_USERNAME: "login",
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let printed = "";
  for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
    printed += part;
    if (/Listening on \S+\s/.test(printed)) break;
  }
  child.kill("SIGKILL");
  await child.stdout.cancel();
  await child.status;
  assertEquals(printed.replace(/\d+\/\n$/, "PORT/\n"), "Listening on http://127.0.0.1:PORT/\n");
});
