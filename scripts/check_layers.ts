/**
 * The import law as a command: who may import whom, no cycles (types included), no file too long.
 *
 *   deno run --allow-read scripts/check_layers.ts
 *
 * The law is told in CONTRIBUTING.md; the numbers of session's rows are here.
 */
import ts from "typescript";

/** Rows of `packages/session`: a file imports only from lower rows. */
const SESSION_ROWS: readonly (readonly string[])[] = [
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
    "tracing",
  ],
  ["address", "base_url", "credential", "limits", "token"],
  ["platform", "record", "stores/*"],
  ["api_retry", "ledger", "spendable", "token_endpoint"],
  ["grant", "lease", "login_calls", "password_call", "password_outcome"],
  ["forget_token", "keep_token", "password_change"],
  ["held_token", "renewal"],
  ["outside_world", "sources/*"],
  ["strategies/*", "transport"],
  ["session"],
  ["mod", "env", "testing/*"],
];

/** Where `Deno` may be named in session. */
const DENO_IN_SESSION = ["platform.ts", "stores/file.ts", "stores/kv.ts"];

/** Packages that a shipped file may import by name. */
const MAY_IMPORT: Readonly<Record<string, RegExp>> = {
  "packages/client": /^$/,
  "packages/session": /^$/,
  "packages/emulator": /^(hono|jose)(\/|$)|^node:/,
  "apps": /^(@xsignals\/(client|session|emulator|token-app)|hono)(\/|$)|^node:/,
  "scripts": /^/,
};

const MAX_LINES = 220;

/** A file's path from the root, and its text. */
export type Files = ReadonlyMap<string, string>;

/**
 * Finds what breaks the law.
 *
 * @param files Every TypeScript file of the tree; generated ones too.
 * @returns One line for each breach.
 */
export function findBreaches(files: Files): string[] {
  const graph = new Map<string, string[]>();
  const breaches: string[] = [];
  for (const [path, text] of files) {
    const isTest = path.endsWith("_test.ts");
    const imports = importsOf(text).map((name) => name.startsWith(".") ? resolve(path, name) : name);
    graph.set(path, imports.filter((name) => files.has(name)));
    for (const name of imports) {
      const why = isTest ? breachInTest(path, name) : breach(path, name);
      if (why !== undefined) breaches.push(`${path}: imports ${name}: ${why}`);
    }
    const lines = text.split("\n").length - 1;
    if (!isTest && !path.includes("/gen/") && lines > MAX_LINES) {
      breaches.push(`${path}: ${lines} lines, ${MAX_LINES} at most`);
    }
    if (!isTest && mayNotNameDeno(path) && /\bDeno\./.test(withoutComments(text))) breaches.push(`${path}: names Deno`);
  }
  return [...breaches, ...cyclesIn(graph).map((cycle) => `cycle: ${cycle.join(" -> ")}`)];
}

function breach(path: string, name: string): string | undefined {
  const home = homeOf(path);
  if (name.startsWith("../")) return "outside the project";
  const isFile = /^(packages|apps|scripts|spec)\//.test(name);
  if (!isFile) return MAY_IMPORT[areaOf(path)]?.test(name) ? undefined : "not allowed here";
  if (homeOf(name) !== home) return "another member's file; use its name";
  if (name === `${home}/mod.ts`) return "a package does not import its own mod.ts";
  if (home === "packages/session") return breachOfRows(path.slice(home.length + 1), name.slice(home.length + 1));
}

function breachInTest(path: string, name: string): string | undefined {
  if (!/^(packages|apps|scripts)\//.test(name) || homeOf(name) === homeOf(path)) return undefined;
  return "another member's file; use its name";
}

function breachOfRows(from: string, to: string): string | undefined {
  const [low, high] = [rowOf(to), rowOf(from)];
  if (high === -1) return `${from} is in no row`;
  if (low === -1) return `${to} is in no row`;
  return low < high ? undefined : `row ${low} is not below row ${high}`;
}

function rowOf(file: string): number {
  const name = file.replace(/\.ts$/, "");
  const folder = name.includes("/") ? `${name.split("/")[0]}/*` : undefined;
  return SESSION_ROWS.findIndex((row) => row.includes(name) || (folder !== undefined && row.includes(folder)));
}

function mayNotNameDeno(path: string): boolean {
  if (path.startsWith("packages/client/")) return true;
  return path.startsWith("packages/session/") && !DENO_IN_SESSION.includes(path.slice("packages/session/".length));
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

function importsOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

function resolve(from: string, name: string): string {
  const url = new URL(name, `file:///root/${from}`).pathname;
  return url.startsWith("/root/") ? url.slice("/root/".length) : `..${url}`;
}

/** Each cycle once, from its first file in order of names. */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const cycles: string[][] = [];
  function visit(path: string, trail: string[]): void {
    const at = trail.indexOf(path);
    if (at >= 0) {
      const cycle = [...trail.slice(at), path];
      if (!cycle.every((one) => one.includes("/gen/"))) cycles.push(cycle); // the generator's own are not ours to mend
      return;
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  }
  for (const path of [...graph.keys()].sort()) visit(path, []);
  return cycles;
}

async function readTree(root: string, folder: string, files = new Map<string, string>()): Promise<Map<string, string>> {
  for await (const entry of Deno.readDir(`${root}${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory && entry.name !== "node_modules") await readTree(root, path, files);
    else if (entry.isFile && entry.name.endsWith(".ts")) files.set(path, await Deno.readTextFile(`${root}${path}`));
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
