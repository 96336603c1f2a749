import { assertEquals } from "@std/assert";
import { hasProgram, needing } from "./has_program.ts";

Deno.test("hasProgram() finds an executable file in any folder of PATH, and nothing else", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/program`, "", { mode: 0o755 });
    await Deno.symlink(`${folder}/program`, `${folder}/link`);
    await Deno.symlink(`${folder}/gone`, `${folder}/dead`);
    await Deno.writeTextFile(`${folder}/text`, "", { mode: 0o644 });
    await Deno.mkdir(`${folder}/folder`);
    const path = `/nowhere:${folder}`;
    const names = ["program", "link", "dead", "text", "folder", "absent"];
    assertEquals(names.filter((name) => hasProgram(name, path)), ["program", "link"]);
    assertEquals(names.filter((name) => hasProgram(name, "/nowhere")), []);
    assertEquals(hasProgram(folder.slice(1), ""), false);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("needing() leaves a test out where a program is missing, and says so in its name (found 180)", () => {
  assertEquals(needing([], "it works"), { name: "it works", ignore: false });
  assertEquals(needing(["sh"], "it works"), { name: "it works (needs sh)", ignore: false });
  assertEquals(needing(["sh", "no-such-program"], "it works"), {
    name: "it works (needs sh, no-such-program)",
    ignore: true,
  });
});
