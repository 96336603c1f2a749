/**
 * What a doc comment of an exported symbol has to say, as far as a command can tell.
 *
 * @module
 */
import {
  type DeclarationDoc,
  type MemberDoc,
  type PackageDocs,
  type TagDoc,
  type TypeDoc,
  visible,
} from "./package_docs.ts";

/** A number says what it counts: by its name, or by a word of its comment. */
const UNIT_IN_NAME = /(^ms|Ms|Bytes|Id|^port)$/;
const UNIT = /\b(ms|milliseconds|seconds|bytes|status|how (many|often)|number of|index)\b/i;
const RFC_WITHOUT_SECTION = /\bRFC \d+(?!\d|, \d)(?!\))/;
/** Makes strategies of what it is given: no server's documents are its source. */
const OF_NO_SERVER = /^(renewing|withLimits)$/;
const RUNS = /```ts\n(?=[^]*?\bfrom "@xsignals\/)/;

type Call = Omit<MemberDoc, "name">;
type Codes = ReadonlySet<string>;

/** What is missing in the docs of a package, a line each. */
export function docFindings(docs: PackageDocs): string[] {
  const codes = errorCodes(docs);
  const found = new Set<string>();
  for (const { symbols } of Object.values(docs)) {
    for (const symbol of symbols) {
      const declarations = visible(symbol).filter(({ kind }) => kind !== "reference");
      for (const one of declarations) {
        for (const finding of declarationFindings(one, codes)) found.add(`${symbol.name}: ${finding}`);
      }
      const needsExample = declarations.some(({ kind }) => kind === "function" || kind === "class");
      const isOfServer = declarations.some(({ def }) => def?.returnType?.repr === "Strategy") &&
        !OF_NO_SERVER.test(symbol.name);
      const sources = declarations.flatMap((one) => tagsOf(one, "see"));
      if (isOfServer && !sources.some(({ doc = "" }) => /https:\/\//.test(doc))) {
        found.add(`${symbol.name}: no source by @see`);
      }
      const examples = declarations.flatMap((one) => tagsOf(one, "example"));
      if (needsExample && !examples.some(({ doc = "" }) => RUNS.test(doc))) {
        found.add(`${symbol.name}: no example runs`);
      }
    }
  }
  return [...found];
}

function declarationFindings(declaration: DeclarationDoc, codes: Codes): string[] {
  const { kind, def = {}, jsDoc } = declaration;
  const found: string[] = [];
  const about = (member: MemberDoc, findings: readonly string[]) => {
    found.push(...findings.map((finding) => `${member.name}: ${finding}`));
  };
  found.push(...textFindings(jsDoc?.doc));
  if (kind === "function") found.push(...tagFindings({ jsDoc, ...def }), ...callFindings({ jsDoc, ...def }, codes));
  for (const member of [...def.properties ?? [], ...literalProperties(def.tsType)]) {
    about(member, numberFindings(member, jsDoc?.doc));
  }
  for (const member of def.methods ?? []) about(member, callFindings(member, codes));
  for (const member of def.constructors ?? []) about(member, [...tagFindings(member), ...callFindings(member, codes)]);
  return found;
}

function textFindings(text = ""): string[] {
  const [first = ""] = text.split("\n\n");
  return [
    ...(/^[A-Z`0-9][^]*[.:)]$/.test(first.trim()) ? [] : ["does not begin with a sentence"]),
    ...(RFC_WITHOUT_SECTION.test(text) ? ["names an RFC without its section"] : []),
  ];
}

/** What a function that people import says in tags; a method of an interface may say it in its sentence. */
function tagFindings({ jsDoc, params = [], returnType }: Call): string[] {
  const tags = (jsDoc?.tags ?? []).filter(({ doc }) => doc);
  const isAnswered = returnType !== undefined && !isNothing(returnType);
  return [
    ...(tags.filter(({ kind }) => kind === "param").length < params.length ? ["a parameter without @param"] : []),
    ...(isAnswered && !tags.some(({ kind }) => kind === "return") ? ["no @returns"] : []),
  ];
}

function callFindings({ jsDoc, functionDef, params = functionDef?.params ?? [] }: Call, codes: Codes): string[] {
  const tags = jsDoc?.tags ?? [];
  const documented = tags.filter(({ kind }) => kind === "param");
  const found: string[] = [];
  for (const [index, parameter] of params.entries()) {
    const { name = "", tsType } = parameter.left ?? parameter;
    const text = documented[index]?.doc ?? jsDoc?.doc ?? "";
    if (isNumber(tsType) && !UNIT_IN_NAME.test(name) && !UNIT.test(text)) found.push(`${name}: no unit`);
  }
  for (const tag of tags.filter(({ kind }) => kind === "throws")) found.push(...throwsFindings(tag, codes));
  return found;
}

function throwsFindings({ tsType, doc = "" }: TagDoc, codes: Codes): string[] {
  if (tsType?.repr === undefined || doc.trim() === "") return ["@throws without a class, or without when"];
  if (tsType.repr !== "SessionError") return [];
  const named = [...doc.matchAll(/`([a-z]+(?:_[a-z]+)*)`/g)].map(([, code = ""]) => code);
  if (named.length === 0 && !/see `Session\w*`/.test(doc)) return ["@throws {SessionError} without a code"];
  return named.filter((code) => !codes.has(code)).map((code) => `@throws names ${code}, which is no code`);
}

function numberFindings({ name, tsType, jsDoc }: MemberDoc, about = ""): string[] {
  if (!isNumber(tsType) || UNIT_IN_NAME.test(name)) return [];
  return UNIT.test(jsDoc?.doc ?? about) ? [] : ["no unit"];
}

function tagsOf({ jsDoc }: DeclarationDoc, kind: string): TagDoc[] {
  return (jsDoc?.tags ?? []).filter((tag) => tag.kind === kind);
}

function isNumber(type: TypeDoc | undefined): boolean {
  return type?.kind === "keyword" && type.repr === "number";
}

function isNothing(type: TypeDoc): boolean {
  const [inner] = type.repr === "Promise" ? Object(type.value).typeParams ?? [] : [type];
  return inner?.repr === "void";
}

/** The properties of the objects that a type is written as, those of a union too. */
function literalProperties(type: TypeDoc | undefined): MemberDoc[] {
  if (type === undefined) return [];
  if (type.kind === "union" || type.kind === "intersection") {
    return (type.value as readonly TypeDoc[]).flatMap(literalProperties);
  }
  return type.kind === "typeLiteral" ? Object(type.value).properties : [];
}

/** The codes that a `SessionError` can have, where the package has them. */
function errorCodes(docs: PackageDocs): Set<string> {
  const symbols = Object.values(docs).flatMap((entry) => entry.symbols);
  const type = symbols.find(({ name }) => name === "SessionErrorCode")?.declarations[0]?.def?.tsType;
  const members = type?.kind === "union" ? type.value as readonly TypeDoc[] : [];
  return new Set(members.flatMap(({ repr }) => repr ?? []));
}
