import { assertEquals, assertMatch } from "@std/assert";

const WRONG = /documented:\n {2}api listFileGroups 200 application\/json: body\/items\/0\/createTime must be integer/;

/** Runs Deno with one of the files here, and no permission but to listen. */
async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args.slice(0, 1), "--no-prompt", "--no-check", "--allow-net=127.0.0.1", ...args.slice(1)],
    cwd: new URL(".", import.meta.url),
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await command.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test("preload.ts fails the tests in which an emulator gives a wrong answer, however it was made, and no other (found 138)", async () => {
  const { code, stdout } = await run("test", "--preload=preload.ts", "fixtures/tests.ts");
  const ends = [...stdout.matchAll(/^(.+) \.\.\. (ok|FAILED) \(/gm)].map(([, name, end]) => [name, end]);
  assertEquals(ends.length, 6);
  for (const [name, end] of ends) assertEquals(end, name?.startsWith("a wrong answer") ? "FAILED" : "ok", name);
  assertEquals(code, 1);
  assertMatch(stdout, WRONG);
});

Deno.test("preload_program.ts ends a program whose emulator gives a wrong answer", async () => {
  const { code, stdout, stderr } = await run("run", "--preload=preload_program.ts", "fixtures/program.ts");
  assertEquals([code, stdout], [1, "200\n"]);
  assertMatch(stderr, WRONG);
});
