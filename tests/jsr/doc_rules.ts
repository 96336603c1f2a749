/**
 * What a doc comment of an exported symbol has to say, beyond what `deno doc --lint` asks.
 *
 * @module
 */
import { runCommand } from "../runtimes/command.ts";

/** A number says what it counts: in its name, or by a word of its comment. */
const UNIT_IN_NAME = /(^ms|Ms|Bytes|Id|^port)$/;
const UNIT = /\b(ms|milliseconds|seconds|bytes|status|how (many|often)|number of|index)\b/i;
const RFC_WITHOUT_SECTION = /\bRFC \d+(?!\d|, \d)(?!\))/;
/** They make strategies of what they are given: no server's documents are their source. */
const OF_NO_SERVER = /^(renewing|withLimits)$/;
const RUNS = /```ts\n(?=[^]*?\bfrom "@xsignals\/)/;

/** A symbol, declaration, member, parameter, tag or type in `deno doc --json`, as far as it is read here. */
interface Doc {
  readonly name?: string;
  readonly kind?: string;
  readonly declarationKind?: string;
  readonly declarations?: readonly Doc[];
  readonly def?: Doc;
  readonly hasBody?: boolean;
  readonly doc?: string;
  readonly jsDoc?: { readonly doc?: string; readonly tags?: readonly Doc[] };
  /** What a method of a class has instead of parameters of its own. */
  readonly functionDef?: Doc;
  readonly params?: readonly Doc[];
  /** A parameter that has a default. */
  readonly left?: Doc;
  readonly returnType?: Doc;
  readonly properties?: readonly Doc[];
  readonly methods?: readonly Doc[];
  readonly constructors?: readonly Doc[];
  readonly tsType?: Doc;
  readonly repr?: string;
  /** The parts of a type; its kind decides their form. */
  readonly value?: unknown;
}

/** What is missing in the docs of the package in a directory, a line each. */
export async function docFindings(directory: URL): Promise<string[]> {
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", directory)));
  const paths: string[] = typeof exports === "string" ? [exports] : Object.values(exports);
  const { nodes } = JSON.parse(await runCommand(["deno", "doc", "--json", ...paths], { cwd: directory.pathname }));
  const symbols = Object.values<{ symbols: Doc[] }>(nodes).flatMap((entry) => entry.symbols);
  const codes = partsOf(symbols.find(({ name }) => name === "SessionErrorCode")?.declarations?.[0]?.def?.tsType)
    .map(({ repr }) => repr);
  return [...new Set(symbols.flatMap((one) => symbolFindings(one, codes).map((finding) => `${one.name}: ${finding}`)))];
}

function symbolFindings({ name = "", declarations = [] }: Doc, codes: readonly unknown[]): string[] {
  const seen = declarations.filter((one) => one.declarationKind !== "private" && one.kind !== "reference");
  const isOverloaded = seen.length > 1 && seen.every(({ kind }) => kind === "function");
  const visible = seen.filter(({ def }) => !isOverloaded || !def?.hasBody); // of overloads not the one with the body
  const has = (kind: string, pattern: RegExp) =>
    visible.some((one) => tagsOf(one, kind).some(({ doc = "" }) => pattern.test(doc)));
  const isOfServer = visible.some(({ def }) => def?.returnType?.repr === "Strategy") && !OF_NO_SERVER.test(name);
  const needsExample = visible.some(({ kind }) => kind === "function" || kind === "class");
  return [
    ...visible.flatMap((one) => declarationFindings(one, codes)),
    ...(isOfServer && !has("see", /https:\/\//) ? ["no source by @see"] : []),
    ...(needsExample && !has("example", RUNS) ? ["no example runs"] : []),
  ];
}

function declarationFindings({ kind, def = {}, jsDoc }: Doc, codes: readonly unknown[]): string[] {
  const text = jsDoc?.doc ?? "";
  const [first = ""] = text.split("\n\n");
  const about = ({ name }: Doc, findings: readonly string[]) => findings.map((finding) => `${name}: ${finding}`);
  const itself = { jsDoc, ...def };
  const properties = [def, ...partsOf(def.tsType).map(({ value }) => Object(value) as Doc)]
    .flatMap((one) => one.properties ?? []);
  return [
    ...(/^[A-Z`0-9][^]*[.:)]$/.test(first.trim()) ? [] : ["does not begin with a sentence"]),
    ...(RFC_WITHOUT_SECTION.test(text) ? ["names an RFC without its section"] : []),
    ...(kind === "function" ? [...tagFindings(itself), ...callFindings(itself, codes)] : []),
    ...properties.flatMap((one) => about(one, unitFindings(one, one.jsDoc?.doc ?? text))),
    ...(def.methods ?? []).flatMap((one) => about(one, callFindings(one, codes))),
    ...(def.constructors ?? []).flatMap((one) => about(one, [...tagFindings(one), ...callFindings(one, codes)])),
  ];
}

/** What a function that people import says in tags; a method of an interface may say it in its sentence. */
function tagFindings(call: Doc): string[] {
  const { params = [], returnType: type } = call;
  const answer = type?.repr === "Promise" ? Object(type.value).typeParams?.[0] : type;
  const documented = (kind: string) => tagsOf(call, kind).filter(({ doc }) => doc).length;
  return [
    ...(documented("param") < params.length ? ["a parameter without @param"] : []),
    ...(type && answer?.repr !== "void" && documented("return") === 0 ? ["no @returns"] : []),
  ];
}

function callFindings(call: Doc, codes: readonly unknown[]): string[] {
  const documented = tagsOf(call, "param");
  return [
    ...(call.params ?? call.functionDef?.params ?? []).flatMap((parameter, index) => {
      const { name = "", tsType } = parameter.left ?? parameter;
      const findings = unitFindings({ name, tsType }, documented[index]?.doc ?? call.jsDoc?.doc ?? "");
      return findings.map((finding) => `${name}: ${finding}`);
    }),
    ...tagsOf(call, "throws").flatMap((tag) => throwsFindings(tag, codes)),
  ];
}

function unitFindings({ name = "", tsType }: Doc, text: string): string[] {
  const isNumber = tsType?.kind === "keyword" && tsType.repr === "number";
  return isNumber && !UNIT_IN_NAME.test(name) && !UNIT.test(text) ? ["no unit"] : [];
}

function throwsFindings({ tsType, doc = "" }: Doc, codes: readonly unknown[]): string[] {
  if (tsType?.repr === undefined || doc.trim() === "") return ["@throws without a class, or without when"];
  if (tsType.repr !== "SessionError") return [];
  const named = [...doc.matchAll(/`([a-z]+(?:_[a-z]+)*)`/g)].map(([, code = ""]) => code);
  if (named.length === 0 && !/see `Session\w*`/.test(doc)) return ["@throws {SessionError} without a code"];
  return named.filter((code) => !codes.includes(code)).map((code) => `@throws names ${code}, which is not a code`);
}

function tagsOf({ jsDoc }: Doc, kind: string): readonly Doc[] {
  return jsDoc?.tags?.filter((tag) => tag.kind === kind) ?? [];
}

/** The types that a type is written as: those of a union, or itself. */
function partsOf(type: Doc | undefined): readonly Doc[] {
  if (type?.kind !== "union" && type?.kind !== "intersection") return type ? [type] : [];
  return (type.value as readonly Doc[]).flatMap(partsOf);
}
