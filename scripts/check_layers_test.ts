import { assertEquals, assertStringIncludes } from "@std/assert";
import contributing from "../CONTRIBUTING.md" with { type: "text" };
import { findBreaches, SESSION_ROWS } from "./check_layers.ts";

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
    "apps/gateway/app.ts": 'import { Hono } from "hono"; import "@xsignals/session/env";',
    "apps/demo/main.ts": 'import "@xsignals/token";',
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

Deno.test("findBreaches() finds a file without a row, whatever it imports", () => {
  for (const text of ["", 'import "./types.ts";']) {
    const files = { "packages/session/new.ts": text, "packages/session/types.ts": "" };
    assertEquals(onlyBreach(files), "packages/session/new.ts: is in no row");
  }
  assertEquals(findBreaches(new Map([["packages/session/new_test.ts", ""]])), []);
});

Deno.test("SESSION_ROWS are the ones that CONTRIBUTING.md tells", () => {
  const rows = [...contributing.matchAll(/^\| (\d+) +\| (.*)\|$/gm)].map(([, row, files = ""]) => {
    return [Number(row), [...files.matchAll(/`([^`]+)`/g)].map(([, file]) => file).sort()];
  });
  assertEquals(rows, SESSION_ROWS.map((files, row) => [row, [...files].sort()]));
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
  assertStringIncludes(onlyBreach({ "apps/demo/main.ts": 'import "../gateway/app.ts";' }), "another member's file");
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

Deno.test("findBreaches() finds imports however they are written", () => {
  const texts = [
    'import type { X } from "npm:x";',
    'export * from "npm:x";',
    'type X = import("npm:x").X;',
    'import x = require("npm:x");',
    'const x = require("npm:x");',
    "await import(`npm:x`);",
    'import.meta.resolve("npm:x");',
    'new Worker("npm:x");',
  ];
  for (const text of texts) {
    assertEquals(onlyBreach({ "packages/client/a.ts": text }), "packages/client/a.ts: imports npm:x: not allowed here");
  }
  for (const address of ["../session/x.ts", "./../session/x.js"]) {
    const text = `new Worker(new URL("${address}", import.meta.url), { type: "module" });`;
    assertStringIncludes(onlyBreach({ "packages/client/a.ts": text }), "another member's file");
  }
  const files = {
    "packages/client/a.ts": 'new URL("b.ts", import.meta.url); new URL("../", import.meta.url); new URL("../x.ts", y);',
    "packages/client/b.ts": 'import "./a.ts";',
  };
  assertStringIncludes(onlyBreach(files), "cycle:");
});

Deno.test("findBreaches() finds an import that only a run can tell", () => {
  const texts = [
    'const n = "hono"; await import(n);',
    "await import(`./${n}.ts`);",
    "new Worker(n);",
    "new Worker(new URL(n, import.meta.url));",
    "type X = import(n).X;",
  ];
  for (const text of texts) {
    const found = ["packages/client/a.ts", "packages/session/a_test.ts"].map((path) => onlyBreach({ [path]: text }));
    for (const one of found) assertStringIncludes(one, "imports what is no literal");
    assertEquals(findBreaches(new Map([["scripts/a.ts", text]])), []);
  }
});

Deno.test("findBreaches() finds what is outside the project, in a test too", () => {
  const outside = ["../../../tmp/x.ts", "/tmp/x.ts", "file:///tmp/x.ts", "https://example.org/x.ts"];
  for (const path of ["packages/client/a_test.ts", "packages/client/a.ts", "scripts/s/a.ts"]) {
    for (const name of outside) {
      assertStringIncludes(onlyBreach({ [path]: `import "${name}";` }), "outside the project");
    }
  }
});

Deno.test("findBreaches() finds a test's file in a shipped one, and an app in itself by its name", () => {
  assertStringIncludes(onlyBreach({ "packages/client/a.ts": 'import "./b_test.ts";' }), "a test's file");
  assertStringIncludes(onlyBreach({ "apps/gateway/a.ts": 'import "@xsignals/gateway";' }), "not allowed here");
});

Deno.test("findBreaches() reads every kind of module", () => {
  for (const extension of ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"]) {
    assertStringIncludes(onlyBreach({ [`packages/client/a.${extension}`]: 'import "hono";' }), "not allowed here");
    assertStringIncludes(onlyBreach({ [`packages/session/new.${extension}`]: "" }), "is in no row");
    assertEquals(findBreaches(new Map([[`packages/client/a_test.${extension}`, 'import "hono";']])), []);
  }
});

Deno.test("findBreaches() finds Deno in the portable packages, however it is named", () => {
  const texts = [
    "Deno.env.get('x');",
    "const { env } = Deno;",
    'globalThis["Deno"];',
    "globalThis[`Deno`];",
    "Deno?.cwd();",
    "const { Deno: d } = globalThis;",
    "let x: Deno.Conn;",
    "`${Deno.pid}`;",
    "const url = 'http://x'; Deno.pid;",
  ];
  for (const text of texts) {
    assertStringIncludes(onlyBreach({ "packages/session/token.ts": text }), "names Deno");
    assertStringIncludes(onlyBreach({ "packages/client/a.ts": text }), "names Deno");
    assertEquals(findBreaches(new Map([["packages/session/platform.ts", text]])), []);
  }
  const harmless = '/** Deno.env */\n// Deno.serve\nconst x = "Deno.serve of Deno"; /Deno/; DenoX; // Deno\n';
  assertEquals(findBreaches(new Map([["packages/session/token.ts", harmless]])), []);
});

Deno.test("findBreaches() finds a file that is too long, unless it is generated or a test", () => {
  const long = "\n".repeat(221);
  assertStringIncludes(onlyBreach({ "packages/client/a.ts": long }), "221 lines");
  assertEquals(findBreaches(new Map([["packages/client/gen/a.ts", long], ["packages/client/a_test.ts", long]])), []);
});
