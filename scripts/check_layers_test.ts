import { assertEquals } from "@std/assert";
import { findBreaches, readSource } from "./check_layers.ts";

const S = "packages/session";

Deno.test("findBreaches() lets a lawful tree pass", () => {
  const files = {
    [`${S}/types.ts`]: "export type A = 1;",
    [`${S}/platform.ts`]: "Deno.createHttpClient({});",
    [`${S}/wire/token.ts`]: '/** Deno */ import type { A } from "../types.ts";',
    [`${S}/strategies/login.ts`]: 'import "../wire/token.ts"; import "../types.ts";',
    [`${S}/stores/kv_open.ts`]: "Deno.openKv();",
    [`${S}/session.ts`]: "",
    [`${S}/mod.ts`]: 'export * from "./session.ts"; export * from "./strategies/login.ts";',
    [`${S}/session_test.ts`]: 'import "@xsignals/client"; import "./mod.ts"; Deno.test("x", () => {});',
    "apps/gateway/app.ts": 'import { Hono } from "hono"; import "@xsignals/session/env";',
    "apps/gateway/app_test.ts": 'import "@xsignals/tests/has_program";',
    "scripts/generate.ts": 'import "@hey-api/openapi-ts"; import "../tests/answers/checks.ts";',
    "tests/answers/checks.ts": 'import "@hey-api/openapi-ts";',
  };
  assertEquals(findBreaches(new Map(Object.entries(files))), []);
});

/** For each name, files of which the last breaks the law, and what is said of that file. */
const BREACHES: Record<string, [files: Record<string, string>, why: string]> = {
  "a store in a strategy": [
    { [`${S}/stores/kv.ts`]: "", [`${S}/strategies/a.ts`]: 'import type { X } from "../stores/kv.ts";' },
    "imports packages/session/stores/kv.ts: strategies may import renewal, wire",
  ],
  "a strategy in a store": [
    { [`${S}/strategies/a.ts`]: "", [`${S}/stores/kv.ts`]: 'import "../strategies/a.ts";' },
    "imports packages/session/strategies/a.ts: stores may import shared",
  ],
  "what stores share in a renewal": [
    { [`${S}/shared/a.ts`]: "", [`${S}/renewal/a.ts`]: 'type X = import("../shared/a.ts").X;' },
    "imports packages/session/shared/a.ts: renewal may import wire",
  ],
  "a folder in a file of the root": [
    { [`${S}/wire/a.ts`]: "", [`${S}/options.ts`]: 'import "./wire/a.ts";' },
    "imports packages/session/wire/a.ts: options.ts may import no folder",
  ],
  "a folder that the law does not know": [
    { [`${S}/wire/a.ts`]: "", [`${S}/new/a.ts`]: 'import "../wire/a.ts";' },
    "imports packages/session/wire/a.ts: new may import no folder",
  ],
  "an entry point": [
    { [`${S}/session.ts`]: "", [`${S}/env.ts`]: 'import "./session.ts";' },
    "imports packages/session/session.ts: an entry point, which nobody inside imports",
  ],
  "the package's own mod.ts": [
    { "packages/emulator/mod.ts": "", "packages/emulator/a.ts": 'import "./mod.ts";' },
    "imports packages/emulator/mod.ts: an entry point, which nobody inside imports",
  ],
  "npm in the client": [{ "packages/client/a.ts": 'await import("hono");' }, "imports hono: not allowed here"],
  "the session in the emulator": [
    { "packages/emulator/a.ts": 'import "@xsignals/session";' },
    "imports @xsignals/session: not allowed here",
  ],
  "an app's name in an app": [
    { "apps/demo/a.ts": 'import "@xsignals/gateway";' },
    "imports @xsignals/gateway: not allowed here",
  ],
  "a package of no row": [{ "packages/new/a.ts": 'import "hono";' }, "imports hono: not allowed here"],
  "what only a run can tell": [
    { "packages/client/a.ts": "await import(`./${name}.ts`);" },
    "imports what is not a literal: not allowed here",
  ],
  "another member's file": [
    { "packages/session/x.ts": "", "packages/client/a_test.ts": 'import "../session/x.ts";' },
    "imports packages/session/x.ts: another member's file, use its name",
  ],
  "a test's file": [{ "apps/demo/a.ts": 'import "./a_test.ts";' }, "imports apps/demo/a_test.ts: a test's file"],
  "a script": [
    { "apps/demo/a.ts": 'import "@xsignals/tests/has_program";' },
    "imports @xsignals/tests/has_program: not for others",
  ],
  "what is outside the project": [
    { "scripts/a_test.ts": 'import "https://example.org/x.ts";' },
    "imports https://example.org/x.ts: outside the project",
  ],
  "Deno in the core": [{ [`${S}/wire/a.ts`]: 'globalThis["Deno"];' }, "names Deno"],
  "a file that is too long": [{ "apps/demo/a.ts": "\n".repeat(321) }, "has 321 lines, 320 at most"],
  "a function that is too long": [
    { "apps/demo/a.ts": `export const f = () => {${"\n".repeat(120)}};` },
    "has a function of 121 lines, 120 at most",
  ],
};

for (const [name, [files, why]] of Object.entries(BREACHES)) {
  Deno.test(`findBreaches() finds ${name}`, () => {
    assertEquals(findBreaches(new Map(Object.entries(files))), [`${Object.keys(files).at(-1)} ${why}`]);
  });
}

Deno.test("findBreaches() finds a cycle, of types too", () => {
  const files = {
    "packages/client/a.ts": 'import type { B } from "./b.ts";',
    "packages/client/b.ts": 'export type { A } from "./a.ts";',
  };
  const cycle = "cycle: packages/client/a.ts -> packages/client/b.ts -> packages/client/a.ts";
  assertEquals(findBreaches(new Map(Object.entries(files))), [cycle]);
});

Deno.test("readSource() leaves the functions inside a function out of its length", () => {
  const inner = `() => {${"\n".repeat(4)}}`;
  assertEquals(readSource("a.ts", `function f() {\nconst g = ${inner};\nconst h = ${inner};\n}`).longest, 5);
});
