import { assertEquals, assertMatch } from "@std/assert";
import { clientCommand } from "./client.ts";
import { formatHash, hashSecret } from "./client_hash.ts";

function run(...args: string[]): [number, string[]] {
  const lines: string[] = [];
  return [clientCommand(args, (line) => lines.push(line)), lines];
}

Deno.test("clientCommand() prints the secret once, and the line with its hash", () => {
  const [code, lines] = run("add", "notebook");
  const [secret = "", ...others] = lines.map((line) => line.replace(/^.*: +/, ""));

  assertEquals([code, lines.length], [0, 3]);
  assertMatch(secret, /^[\w-]{43}$/);
  const hash = formatHash(hashSecret(secret));
  assertEquals(others[0], `notebook:${hash}`);
  assertEquals(lines.join("\n").split(secret).length, 2);
  assertMatch(lines[2]!, /\{"id":"notebook","hashes":\["sha256-[\w-]{43}"\]\}$/);
});

Deno.test("clientCommand() ends with 2 and one line when it is used wrongly", () => {
  for (const args of [[], ["add"], ["remove", "a"], ["add", "a", "b"], ["add", "a b"]]) {
    const [code, lines] = run(...args);
    assertEquals([code, lines.length], [2, 1], args.join(" "));
    assertMatch(lines[0]!, /^(usage|Cannot use the clients): /);
  }
});
