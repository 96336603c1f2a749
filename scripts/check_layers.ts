/**
 * The import law as a command: who may import whom, no cycle (types included), no file or function too long.
 *
 *   deno task lint:layers
 *
 * CONTRIBUTING.md explains the law.
 */
import ts from "typescript";
import { isTest, sourceFiles } from "./source_files.ts";

/** The packages that a shipped file may import by name. A member that is not here may import none. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  "packages/data": /^@xsignals\/client$|^csv-parse(\/|$)/,
  "packages/emulator": /^(hono|jose)(\/|$)|^node:/,
  "packages/cli":
    /^@xsignals\/(client|data|session)(\/|$)|^(commander|cli-progress|table|simple-ascii-chart|@clack\/prompts)$|^node:/,
  "apps": /^(?!@xsignals\/)|^@xsignals\/(client|data|session|emulator|token)(\/|$)/,
  "tests": /^/,
};

/** The folders of the session and its entry points, each with the folders that it may import besides itself. */
const ARROWS: Readonly<Record<string, string>> = {
  "request": "",
  "wire": "",
  "renewal": "wire",
  "strategies": "renewal, wire",
  "shared": "",
  "stores": "shared",
  "testing": "",
  "session.ts": "request, renewal, wire",
  "env.ts": "strategies",
  "mod.ts": "request, renewal, wire, strategies, stores",
};

/** Files that no other of their package imports, but for `mod.ts`. */
const ENTRIES =
  /^packages\/session\/(session|env)\.ts$|^(packages|apps)\/\w+\/mod\.ts$|^packages\/data\/disk\/mod\.ts$/;
const MAY_NAME_DENO =
  /^packages\/(session\/(platform|stores\/(file|kv)\w*)|data\/disk\/files|cli\/(deno_world|main))\.ts$/;
const MAX_LINES = 320;
const MAX_FUNCTION_LINES = 120;

/** What breaks the law in these files, a line for each breach. The keys are paths from the root. */
export function findBreaches(files: ReadonlyMap<string, string>): string[] {
  const graph = new Map<string, string[]>();
  const breaches: string[] = [];
  for (const [path, text] of files) {
    const { imports, namesDeno, longest } = readSource(path, text);
    const paths = imports.map((name) => name.startsWith(".") ? new URL(name, `root:/${path}`).pathname.slice(1) : name);
    graph.set(path, paths.filter((name) => files.has(name)));
    const wrong = paths.flatMap((name) => {
      const why = breach(path, name);
      return why === undefined ? [] : `imports ${name}: ${why}`;
    });
    if (!isTest(path)) {
      const lines = text.split("\n").length - 1;
      if (lines > MAX_LINES) wrong.push(`has ${lines} lines, ${MAX_LINES} at most`);
      if (longest > MAX_FUNCTION_LINES) wrong.push(`has a function of ${longest} lines, ${MAX_FUNCTION_LINES} at most`);
      if (namesDeno && /^packages\/(client|data|session|cli)\//.test(path) && !MAY_NAME_DENO.test(path)) {
        wrong.push("names Deno");
      }
    }
    breaches.push(...wrong.map((one) => `${path} ${one}`));
  }
  return [...breaches, ...cyclesIn(graph).map((cycle) => `cycle: ${cycle.join(" -> ")}`)];
}

function breach(path: string, name: string): string | undefined {
  const home = homeOf(path);
  if (/^(\/|file:|https?:)/.test(name)) return "outside the project";
  if (/^@xsignals\/tests(\/|$)/.test(name)) {
    return isTest(path) && name === "@xsignals/tests/has_program" ? undefined : "not for others";
  }
  if (/^(packages|apps|tests|bench|scripts)\//.test(name)) {
    if (homeOf(name) !== home) return "another member's file, use its name";
    if (isTest(path)) return undefined;
    if (isTest(name)) return "a test's file";
    if (ENTRIES.test(name) && !path.endsWith("/mod.ts")) return "an entry point, which nobody inside imports";
    return home === "packages/session" ? breachOfArrows(path, name) : undefined;
  }
  const allowed = PACKAGES[home] ?? PACKAGES[home.split("/")[0]!];
  return isTest(path) || allowed?.test(name) ? undefined : "not allowed here";
}

function breachOfArrows(path: string, name: string): string | undefined {
  const [from = "", to = ""] = [path, name].map((one) => one.split("/")[2]);
  if (from === to || to.endsWith(".ts") || ARROWS[from]?.split(", ").includes(to)) return undefined;
  return `${from} may import ${ARROWS[from] || "no folder"}`;
}

/** The workspace member that a file belongs to; `tests`, for each of the folders of its makers. */
function homeOf(path: string): string {
  const [area, member] = path.split("/");
  return area === "packages" || area === "apps" ? `${area}/${member}` : "tests";
}

/**
 * What the law asks of a file: what it imports, types too; whether it names Deno; the lines of its longest function, without
 * those of the functions inside it. Comments count for nothing.
 */
export function readSource(path: string, text: string): { imports: string[]; namesDeno: boolean; longest: number } {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const found = { imports: [] as string[], namesDeno: false, longest: 0 };
  const lineOf = (position: number) => file.getLineAndCharacterOfPosition(position).line;
  const add = (name: ts.Node | undefined) =>
    found.imports.push(name && ts.isStringLiteralLike(name) ? name.text : "what is not a literal");

  /** Returns how many lines of the node belong to functions. */
  function visit(node: ts.Node): number {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node)) add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0]);
    else if ((ts.isIdentifier(node) || ts.isStringLiteralLike(node)) && node.text === "Deno") found.namesDeno = true;
    let inside = 0;
    ts.forEachChild(node, (child) => void (inside += visit(child)));
    if (!ts.isFunctionLike(node)) return inside;
    const lines = lineOf(node.end) - lineOf(node.getStart(file)) + 1;
    found.longest = Math.max(found.longest, lines - inside);
    return lines;
  }

  visit(file);
  return found;
}

/** Each cycle of a graph once, from one of its files back to it. */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const cycles: string[][] = [];
  function visit(path: string, trail: readonly string[]): void {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path]);
    else if (!done.has(path)) graph.get(path)?.forEach((next) => visit(next, [...trail, path]));
    done.add(path);
  }
  for (const path of graph.keys()) visit(path, []);
  return cycles;
}

if (import.meta.main) {
  const paths = (await sourceFiles()).filter((path) =>
    /^(packages|apps|tests|bench|scripts)\/.*\.[cm]?[jt]sx?$/.test(path)
  );
  const files = new Map(await Promise.all(paths.map(async (path) => [path, await Deno.readTextFile(path)] as const)));
  const breaches = findBreaches(files);
  for (const line of breaches) console.error(line);
  if (breaches.length > 0) Deno.exit(1);
  console.log(`lint:layers: ${files.size} files, no breach`);
}
