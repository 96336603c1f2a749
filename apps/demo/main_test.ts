import { assert, assertEquals } from "@std/assert";
import { demo } from "./main.ts";

Deno.test("demo() tells every step, ends with ok, shows no secret and leaves nothing running", async () => {
  const lines: string[] = [];
  const code = await demo((line) => lines.push(line));
  assertEquals([code, lines.at(-1)], [0, "demo: ok"], lines.join("\n"));
  for (const secret of ["a password", "another password", "client-secret", "notebookSecret0123456789abcdefgh", "eyJ"]) {
    // The titles speak of "a password change"; a secret would stand in what was sent or got.
    assert(!lines.some((line) => line.split(": ").slice(1).join(": ").includes(secret)), secret);
  }
});
