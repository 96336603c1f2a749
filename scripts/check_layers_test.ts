import { assertEquals } from "@std/assert";
import { findBreaches, readSource } from "./check_layers.ts";

const S = "packages/session";

/** A lawful tree. */
const TREE: Record<string, string> = {
  [`${S}/types.ts`]: "export type A = 1;",
  [`${S}/platform.ts`]: "Deno.createHttpClient({});",
  [`${S}/wire/token.ts`]: '/** Deno */ import type { A } from "../types.ts";',
  [`${S}/strategies/login.ts`]: 'import "../wire/token.ts"; import "../types.ts";',
  [`${S}/shared/a.ts`]: "",
  [`${S}/stores/kv_open.ts`]: 'Deno.openKv(); import "../shared/a.ts";',
  [`${S}/session.ts`]: "",
  [`${S}/mod.ts`]: 'export * from "./session.ts"; export * from "./strategies/login.ts";',
  [`${S}/session_test.ts`]: 'import "@xsignals/client"; import "./mod.ts"; Deno.test("x", () => {});',
  "packages/emulator/mod.ts": "",
  "apps/gateway/app.ts": 'import { Hono } from "hono"; import "@xsignals/session/env";',
  "apps/gateway/app_test.ts": 'import "@xsignals/tests/has_program";',
  "scripts/generate.ts": 'import "@hey-api/openapi-ts"; import "../tests/answers/checks.ts";',
  "tests/answers/checks.ts": 'import "@hey-api/openapi-ts";',
};

Deno.test("findBreaches() lets a lawful tree pass", () => {
  assertEquals(findBreaches(new Map(Object.entries(TREE))), []);
});

/** Files that break the law, each in the tree above, and what is said of it. */
const BREACHES: [path: string, text: string, why: string][] = [
  [`${S}/strategies/a.ts`, 'import type { X } from "../stores/kv_open.ts";', "strategies may import renewal, wire"],
  [`${S}/stores/a.ts`, 'import "../strategies/login.ts";', "stores may import shared"],
  [`${S}/renewal/a.ts`, 'type X = import("../shared/a.ts").X;', "renewal may import wire"],
  [`${S}/options.ts`, 'import "./wire/token.ts";', "options.ts may import no folder"],
  [`${S}/new/a.ts`, 'import "../wire/token.ts";', "new may import no folder"],
  [`${S}/env.ts`, 'import "./session.ts";', "an entry point, which nobody inside imports"],
  ["packages/emulator/a.ts", 'import "./mod.ts";', "an entry point, which nobody inside imports"],
  ["packages/client/a.ts", 'await import("hono");', "imports hono: not allowed here"],
  ["packages/emulator/a.ts", 'import "@xsignals/session";', "imports @xsignals/session: not allowed here"],
  ["apps/demo/a.ts", 'import "@xsignals/gateway";', "imports @xsignals/gateway: not allowed here"],
  ["packages/new/a.ts", 'import "hono";', "imports hono: not allowed here"],
  ["packages/client/a.ts", "await import(`./${name}.ts`);", "imports what is not a literal: not allowed here"],
  ["packages/client/a_test.ts", 'import "../session/types.ts";', "another member's file, use its name"],
  ["apps/gateway/a.ts", 'import "./app_test.ts";', "imports apps/gateway/app_test.ts: a test's file"],
  ["apps/demo/a.ts", 'import "@xsignals/tests/has_program";', "not for others"],
  ["scripts/a_test.ts", 'import "https://example.org/x.ts";', "outside the project"],
  [`${S}/wire/a.ts`, 'globalThis["Deno"];', "names Deno"],
  ["apps/demo/a.ts", "\n".repeat(321), "has 321 lines, 320 at most"],
  ["apps/demo/a.ts", `export const f = () => {${"\n".repeat(120)}};`, "has a function of 121 lines, 120 at most"],
];

for (const [path, text, why] of BREACHES) {
  Deno.test(`findBreaches() finds: ${path} ${why}`, () => {
    const found = findBreaches(new Map(Object.entries({ ...TREE, [path]: text })));
    assertEquals(found.map((line) => [line.startsWith(`${path} `), line.endsWith(why)]), [[true, true]], found.join());
  });
}

Deno.test("findBreaches() finds a cycle, made of types alone", () => {
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
