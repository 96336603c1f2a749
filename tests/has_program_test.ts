import { assertEquals } from "@std/assert";
import { hasProgram, needing } from "./has_program.ts";

Deno.test("hasProgram() finds an executable file in any folder of PATH, and nothing else", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/program`, "", { mode: 0o755 });
  await Deno.symlink(`${folder}/program`, `${folder}/link`);
  await Deno.writeTextFile(`${folder}/text`, "", { mode: 0o644 });
  await Deno.mkdir(`${folder}/folder`);
  const names = ["program", "link", "text", "folder", "absent"];
  assertEquals(names.filter((name) => hasProgram(name, `/nowhere:${folder}`)), ["program", "link"]);
  assertEquals(hasProgram(`${folder}/program`.slice(1), ""), false);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("needing() leaves a test out where a program is missing, and says so in its name (found 180)", () => {
  assertEquals(needing([], "it works"), { name: "it works", ignore: false });
  assertEquals(needing(["sh"], "it works"), { name: "it works (needs sh)", ignore: false });
  assertEquals(needing(["sh", "absent"], "it works"), { name: "it works (needs sh, absent)", ignore: true });
});
