import { assert, assertEquals, assertFalse } from "@std/assert";
import { importsOf, reaches } from "./run_tests.ts";

Deno.test("importsOf() reads relative imports, types and several lines too, and the session by its name", () => {
  const source = `import { a } from "./a.ts";
import type {
  B,
} from "../b.ts";
export * from "./c.ts";
import { assert } from "@std/assert";
import { createSession } from "@xsignals/session";
`;
  assertEquals(importsOf("packages/session/stores/x.ts", source), [
    "packages/session/stores/a.ts",
    "packages/session/b.ts",
    "packages/session/stores/c.ts",
    "packages/session/mod.ts",
  ]);
});

Deno.test("reaches() follows imports through other files, and ends on a cycle", () => {
  const imports = new Map([["x", ["a"]], ["a", ["b"]], ["b", ["a"]], ["c", ["x"]]]);
  assert(reaches("x", "b", imports));
  assert(reaches("x", "x", imports));
  assertFalse(reaches("x", "c", imports));
});
