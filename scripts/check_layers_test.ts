import { assertEquals, assertStringIncludes } from "@std/assert";
import { findBreaches } from "./check_layers.ts";

/** The one breach of a tree with these files. */
function onlyBreach(files: Record<string, string>): string {
  const breaches = findBreaches(new Map(Object.entries(files)));
  assertEquals(breaches.length, 1, breaches.join("\n"));
  return breaches[0]!;
}

Deno.test("findBreaches() lets a lawful tree pass", () => {
  const files = {
    "packages/session/types.ts": "export type A = 1;",
    "packages/session/errors.ts": 'import type { A } from "./types.ts";',
    "packages/session/session_test.ts": 'import "@xsignals/client"; import "./mod.ts"; Deno.test("x", () => {});',
    "packages/session/mod.ts": 'export * from "./errors.ts";',
    "packages/session/platform.ts": "Deno.createHttpClient({});",
    "apps/token/app.ts": 'import { Hono } from "hono"; import "@xsignals/session/env";',
    "apps/demo/main.ts": 'import "@xsignals/token-app/main";',
    "scripts/generate.ts": 'import "@hey-api/openapi-ts";',
  };
  assertEquals(findBreaches(new Map(Object.entries(files))), []);
});

Deno.test("findBreaches() finds an import from a row that is not lower, of a type too", () => {
  const files = {
    "packages/session/ledger.ts": 'import type { X } from "./token_endpoint.ts";',
    "packages/session/token_endpoint.ts": "",
  };
  assertStringIncludes(onlyBreach(files), "row 4 is not below row 4");
});

Deno.test("findBreaches() finds a file without a row", () => {
  const files = { "packages/session/new.ts": 'import "./types.ts";', "packages/session/types.ts": "" };
  assertStringIncludes(onlyBreach(files), "new.ts is in no row");
});

Deno.test("findBreaches() finds a cycle of types in another package", () => {
  const files = {
    "packages/client/a.ts": 'import type { B } from "./b.ts";',
    "packages/client/b.ts": 'export type { A } from "./a.ts";',
  };
  assertStringIncludes(
    onlyBreach(files),
    "cycle: packages/client/a.ts -> packages/client/b.ts -> packages/client/a.ts",
  );
});

Deno.test("findBreaches() finds a package, a member's file and a mod.ts that may not be imported", () => {
  assertStringIncludes(onlyBreach({ "packages/session/errors.ts": 'import "npm:zod";' }), "not allowed here");
  assertStringIncludes(onlyBreach({ "packages/emulator/state.ts": 'import "@xsignals/session";' }), "not allowed here");
  assertStringIncludes(onlyBreach({ "packages/client/a.ts": 'const x = await import("hono");' }), "not allowed here");
  assertStringIncludes(onlyBreach({ "apps/demo/main.ts": 'import "../token/app.ts";' }), "another member's file");
  assertStringIncludes(
    onlyBreach({ "apps/demo/main.ts": 'import "../../packages/session/x.ts";' }),
    "another member's file",
  );
  assertStringIncludes(onlyBreach({ "packages/emulator/a.ts": 'import "./mod.ts";' }), "its own mod.ts");
  assertStringIncludes(
    onlyBreach({ "packages/client/a_test.ts": 'import "../session/mod.ts";' }),
    "another member's file",
  );
});

Deno.test("findBreaches() finds Deno in the portable packages, but not in their comments", () => {
  assertStringIncludes(onlyBreach({ "packages/session/token.ts": "Deno.env.get('x');" }), "names Deno");
  assertEquals(findBreaches(new Map([["packages/session/token.ts", "/** Deno.env */\n// Deno.serve\n"]])), []);
});

Deno.test("findBreaches() finds a file that is too long, unless it is generated or a test", () => {
  const long = "\n".repeat(221);
  assertStringIncludes(onlyBreach({ "packages/client/a.ts": long }), "221 lines");
  assertEquals(findBreaches(new Map([["packages/client/gen/a.ts", long], ["packages/client/a_test.ts", long]])), []);
});
