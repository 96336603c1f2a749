import { assertEquals } from "@std/assert";

Deno.test("deno.json publishes sources, README.md and itself: no test, no package.json", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty", "--no-check"],
    cwd: new URL(".", import.meta.url).pathname,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  const files = [...text.matchAll(/file:\S*\/packages\/emulator\/(\S+) \(/g)].map(([, file = ""]) => file);
  assertEquals([code, files.includes("mod.ts"), files.includes("serve.ts")], [0, true, true], text);
  const others = files.filter((file) => !/^[a-z0-9_]+\.ts$/.test(file) || file.endsWith("_test.ts"));
  assertEquals(others.sort(), ["README.md", "deno.json"]);
});
