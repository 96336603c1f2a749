import { assertEquals, assertMatch } from "@std/assert";
import { show } from "./without_secret.ts";

Deno.test("edge_without_secret.ts gets a file in four processes, and goes on when the issuer changes its keys", async () => {
  const lines: string[] = [];
  await show((line) => lines.push(line), false);
  const answers = lines.filter((line) => / bytes of /.test(line)).map((line) => line.replace(/^.*: /, ""));
  assertEquals(answers.length, 3);
  assertEquals(new Set(answers).size, 1, lines.join("\n"));
  assertMatch(answers[0]!, /^200, [1-9]\d* bytes of /);
});
