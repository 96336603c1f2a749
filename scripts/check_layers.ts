/**
 * The import law as a command: who may import whom, no cycles (types included), no file too long.
 *
 *   deno run --allow-read scripts/check_layers.ts
 *
 * The law is told in CONTRIBUTING.md; the numbers of session's rows are here.
 */
import { cyclesIn } from "./layers/cycles.ts";
import { isModule, readSource } from "./layers/source.ts";

/** Rows of `packages/session`: a file imports only from lower rows. */
export const SESSION_ROWS: readonly (readonly string[])[] = [
  ["types"],
  [
    "basic_value",
    "errors",
    "fingerprint",
    "ip_literal",
    "limited_text",
    "not_sent",
    "patience",
    "retry_after",
    "replay",
    "single_flight",
    "stores/encryption_key",
    "stores/file_form",
    "stores/kv_like",
    "stores/postgres_table",
    "stores/tries",
    "tracing",
  ],
  [
    "address",
    "base_url",
    "credential",
    "limits",
    "stores/encrypted_form",
    "stores/file_failure",
    "stores/kv_retry",
    "stores/postgres_failure",
    "stores/store_options",
    "token",
  ],
  [
    "platform",
    "record",
    "stores/file_entry",
    "stores/file_lock",
    "stores/file_place",
    "stores/kv_entry",
    "stores/kv_open",
    "stores/kv_watch",
    "stores/postgres_row",
  ],
  ["api_retry", "ledger", "refusals", "stores/*", "token_endpoint"],
  ["grant", "lease", "login_calls", "password_call", "spendable"],
  ["forget_token", "keep_token", "password_outcome", "take_back_mark"],
  ["held_token", "password_change", "renewal"],
  ["outside_world", "sources/*", "testing/store_case"],
  ["strategies/*", "testing/changed_cases", "testing/exclusive_cases", "testing/write_cases", "transport"],
  ["session", "testing/fake_clock", "testing/store_contract"],
  ["mod", "env", "testing/*"],
];

/** Where `Deno` may be named in session. */
const DENO_IN_SESSION = [
  "platform.ts",
  "stores/file.ts",
  "stores/file_entry.ts",
  "stores/file_lock.ts",
  "stores/file_place.ts",
  "stores/kv_open.ts",
];

/** Packages that a shipped file may import by name: its member's, or its area's. */
const MAY_IMPORT: Readonly<Record<string, RegExp>> = {
  "packages/client": /^$/,
  "packages/session": /^$/,
  "packages/emulator": /^(hono|jose)(\/|$)|^node:/,
  "apps/gateway": /^(@xsignals\/(session|emulator)|hono|hono-openapi|fast-jwt|pg)(\/|$)|^node:/,
  "apps/token": /^(@xsignals\/session|hono)(\/|$)/,
  "apps": /^(@xsignals\/(client|session|emulator|token)|hono)(\/|$)|^node:/,
  "scripts": /^/,
};

const MAX_LINES = 220;

/** Folders of what tools make, as in `.gitignore`. */
const NOT_SOURCES = ["node_modules", ".turbo", "coverage", "dist", "report"];

/** A file's path from the root, and its text. */
export type Files = ReadonlyMap<string, string>;

/**
 * Finds what breaks the law.
 *
 * @param files Every module of the tree; generated ones too.
 * @returns One line for each breach.
 */
export function findBreaches(files: Files): string[] {
  const graph = new Map<string, string[]>();
  const breaches: string[] = [];
  for (const [path, text] of files) {
    const isShipped = !isTest(path);
    const source = readSource(path, text);
    const imports = source.imports.map((name) => name.startsWith(".") ? resolve(path, name) : name);
    graph.set(path, imports.filter((name) => files.has(name)));
    for (const name of imports) {
      const why = isShipped ? breach(path, name) : breachInTest(path, name);
      if (why !== undefined) breaches.push(`${path}: imports ${name}: ${why}`);
    }
    if (source.opaque && homeOf(path) !== "scripts") breaches.push(`${path}: imports what is no literal`);
    if (!isShipped) continue;
    const lines = text.split("\n").length - 1;
    if (!path.includes("/gen/") && lines > MAX_LINES) breaches.push(`${path}: ${lines} lines, ${MAX_LINES} at most`);
    if (source.namesDeno && mayNotNameDeno(path)) breaches.push(`${path}: names Deno`);
    if (homeOf(path) === "packages/session" && rowOf(inSession(path)) === -1) breaches.push(`${path}: is in no row`);
  }
  return [...breaches, ...cyclesIn(graph).map((cycle) => `cycle: ${cycle.join(" -> ")}`)];
}

function breach(path: string, name: string): string | undefined {
  const home = homeOf(path);
  if (isOutside(name)) return "outside the project";
  if (!isOfTree(name)) {
    return (MAY_IMPORT[home] ?? MAY_IMPORT[areaOf(path)])?.test(name) ? undefined : "not allowed here";
  }
  if (homeOf(name) !== home) return "another member's file; use its name";
  if (isTest(name)) return "a test's file";
  if (name === `${home}/mod.ts`) return "a package does not import its own mod.ts";
  if (home === "packages/session") return breachOfRows(inSession(path), inSession(name));
}

function breachInTest(path: string, name: string): string | undefined {
  if (isOutside(name)) return "outside the project";
  return isOfTree(name) && homeOf(name) !== homeOf(path) ? "another member's file; use its name" : undefined;
}

function isOutside(name: string): boolean {
  return name.startsWith("../") || /^(\/|file:|https?:)/.test(name);
}

function isOfTree(name: string): boolean {
  return /^(packages|apps|scripts)\//.test(name);
}

function isTest(path: string): boolean {
  return /_test\.\w+$/.test(path);
}

function inSession(path: string): string {
  return path.slice("packages/session/".length);
}

function breachOfRows(from: string, to: string): string | undefined {
  const [low, high] = [rowOf(to), rowOf(from)];
  if (high === -1) return undefined; // That is told of the file itself.
  if (low === -1) return `${to} is in no row`;
  return low < high ? undefined : `row ${low} is not below row ${high}`;
}

function rowOf(file: string): number {
  const name = file.replace(/\.\w+$/, "");
  const folder = name.includes("/") ? `${name.split("/")[0]}/*` : undefined;
  return SESSION_ROWS.findIndex((row) => row.includes(name) || (folder !== undefined && row.includes(folder)));
}

function mayNotNameDeno(path: string): boolean {
  if (path.startsWith("packages/client/")) return true;
  return path.startsWith("packages/session/") && !DENO_IN_SESSION.includes(inSession(path));
}

/** The workspace member that a file belongs to. */
function homeOf(path: string): string {
  const [area, member] = path.split("/");
  return area === "packages" || area === "apps" ? `${area}/${member}` : area!;
}

function areaOf(path: string): string {
  const home = homeOf(path);
  return home.startsWith("apps/") ? "apps" : home;
}

function resolve(from: string, name: string): string {
  const url = new URL(name, `file:///root/${from}`).pathname;
  return url.startsWith("/root/") ? url.slice("/root/".length) : `..${url}`;
}

async function readTree(root: string, folder: string, files = new Map<string, string>()): Promise<Map<string, string>> {
  for await (const entry of Deno.readDir(`${root}${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory && !NOT_SOURCES.includes(entry.name)) await readTree(root, path, files);
    else if (entry.isFile && isModule(entry.name)) files.set(path, await Deno.readTextFile(`${root}${path}`));
  }
  return files;
}

if (import.meta.main) {
  const root = new URL("../", import.meta.url).pathname;
  const files = new Map<string, string>();
  for (const folder of ["packages", "apps", "scripts"]) await readTree(root, folder, files);
  const breaches = findBreaches(files);
  for (const line of breaches) console.error(line);
  if (breaches.length > 0) Deno.exit(1);
  console.log(`check_layers: ${files.size} files, no breach`);
}
