import ts from "typescript";

/** What the law asks of a file. */
export interface Source {
  /** What it imports, types and the files of `new URL(…, import.meta.url)` too, as it is written. */
  readonly imports: readonly string[];
  /** Whether it imports what only a run can tell. */
  readonly opaque: boolean;
  /** Whether it names `Deno`, be it as the text of a string. */
  readonly namesDeno: boolean;
}

/** Whether a path is that of a module. */
export function isModule(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path);
}

/** Reads a file's imports and names; comments and the inside of longer strings count for nothing. */
export function readSource(path: string, text: string): Source {
  const imports: string[] = [];
  let opaque = false;
  let namesDeno = false;

  function add(argument: ts.Node | undefined): void {
    if (argument && ts.isStringLiteralLike(argument)) imports.push(argument.text);
    else opaque = true;
  }

  function visit(node: ts.Node): void {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node)) add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    else if (ts.isCallExpression(node) && loads(node.expression)) add(node.arguments[0]);
    else if (ts.isNewExpression(node) && isNamed(node.expression, "URL")) addFile(node);
    else if (ts.isNewExpression(node) && isNamed(node.expression, "Worker")) addWorker(node.arguments?.[0]);
    else if (isNamed(node, "Deno") || (ts.isStringLiteralLike(node) && node.text === "Deno")) namesDeno = true;
    ts.forEachChild(node, visit);
  }

  /** An address beside this file is an import when it is a module's. */
  function addFile({ arguments: [name, base] = ts.factory.createNodeArray() }: ts.NewExpression): void {
    if (!name || !base || !ts.isPropertyAccessExpression(base) || !ts.isMetaProperty(base.expression)) return;
    if (ts.isStringLiteralLike(name) && isModule(name.text)) imports.push(relative(name.text));
  }

  function addWorker(argument: ts.Expression | undefined): void {
    if (!argument || !ts.isNewExpression(argument) || !isNamed(argument.expression, "URL")) add(argument);
    else if (!argument.arguments?.[0] || !ts.isStringLiteralLike(argument.arguments[0])) opaque = true;
  }

  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return { imports, opaque, namesDeno };
}

/** Whether a call to this is an import. */
function loads(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword || isNamed(callee, "require")) return true;
  return ts.isPropertyAccessExpression(callee) && ts.isMetaProperty(callee.expression) &&
    callee.name.text === "resolve";
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

/** An address needs no dot where an import does. */
function relative(name: string): string {
  return /^(\.|\/|\w+:)/.test(name) ? name : `./${name}`;
}
