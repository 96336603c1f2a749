import { assertEquals } from "@std/assert";
import { isTest, sourceFiles } from "./source_files.ts";
import { testFiles } from "./test_together.ts";

const ROOT = new URL("../", import.meta.url);

/** Runs files of tests in a folder of their own. */
async function together(...bodies: string[]): Promise<{ code: number; text: string; left: string[] }> {
  const cwd = await Deno.makeTempDir();
  await Promise.all(bodies.map((body, at) => Deno.writeTextFile(`${cwd}/${at}_test.ts`, body)));
  await Deno.writeTextFile(`${cwd}/deno.json`, '{ "test": { "sanitizeOps": true } }');
  const script = new URL("test_together.ts", import.meta.url).href;
  const args = ["run", "-A", script, "deno", "test", "--no-check", "--ignore=2_test.ts"];
  const command = new Deno.Command(Deno.execPath(), { args, cwd, env: { NO_COLOR: "1" } });
  const { code, stdout } = await command.output();
  const left = [...Deno.readDirSync(cwd)].map(({ name }) => name).filter((name) => name.startsWith("together"));
  await Deno.remove(cwd, { recursive: true });
  return { code, text: new TextDecoder().decode(stdout), left };
}

Deno.test("testFiles() misses no test of a member", async () => {
  const { workspace } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const known = (await sourceFiles()).filter(isTest);
  for (const member of workspace.map((folder: string) => folder.replace("./", ""))) {
    const expected = known.filter((path) => path.startsWith(`${member}/`)).map((path) => new URL(path, ROOT).pathname);
    assertEquals(await testFiles(new URL(member, ROOT).pathname), expected.sort(), member);
  }
});

Deno.test("test_together.ts runs every file but those to ignore, in one isolate, and leaves nothing behind", async () => {
  const body = 'Deno.test("a test", () => { globalThis.runs = (globalThis.runs ?? 0) + 1; ';
  const { code, text, left } = await together(
    `${body}});`,
    `${body} if (globalThis.runs !== 2) throw new Error(); });`,
    'throw new Error("ignored");',
  );
  assertEquals([code, left], [0, []], text);
  assertEquals(text.match(/^a test \.\.\. ok/gm)?.length, 2, text);
});

Deno.test("test_together.ts fails with a test, a leak, or a file that cannot be loaded", async () => {
  for (
    const body of [
      'Deno.test("a", () => { throw new Error("no"); });',
      'Deno.test("a", () => { setTimeout(() => {}, 60_000); });',
      'import "./absent.ts";',
    ]
  ) {
    const { code, left } = await together('Deno.test("b", () => {});', body);
    assertEquals([code, left], [1, []], body);
  }
});
