/**
 * What `deno doc --json` says of a package, as far as it is read here.
 *
 * @module
 */
import { runCommand } from "../runtimes/command.ts";

/** A type. */
export interface TypeDoc {
  readonly kind: string;
  readonly repr?: string;
  /** What it is made of; its form is the kind's. */
  readonly value?: unknown;
}

/** A tag of a doc comment. */
export interface TagDoc {
  readonly kind: string;
  readonly name?: string;
  readonly doc?: string;
  readonly tsType?: TypeDoc;
}

/** A doc comment. */
export interface CommentDoc {
  readonly doc?: string;
  readonly tags?: readonly TagDoc[];
}

/** A parameter; one that is taken apart has its pattern in `left` where it has a default. */
export interface ParameterDoc {
  readonly kind: string;
  readonly name?: string;
  readonly tsType?: TypeDoc;
  readonly left?: ParameterDoc;
}

/** A function, method, constructor, property, accessor or type: whatever has a doc comment of its own. */
export interface MemberDoc {
  readonly name: string;
  readonly jsDoc?: CommentDoc;
  readonly tsType?: TypeDoc;
  readonly params?: readonly ParameterDoc[];
  readonly returnType?: TypeDoc;
  readonly accessibility?: string;
  /** What it is made of, where it is a method of a class. */
  readonly functionDef?: { readonly params?: readonly ParameterDoc[]; readonly returnType?: TypeDoc };
}

/** What a declaration is made of. */
export interface DefinitionDoc {
  readonly params?: readonly ParameterDoc[];
  readonly returnType?: TypeDoc;
  readonly hasBody?: boolean;
  readonly properties?: readonly MemberDoc[];
  readonly methods?: readonly MemberDoc[];
  readonly constructors?: readonly MemberDoc[];
  readonly tsType?: TypeDoc;
  readonly target?: { readonly filename: string; readonly line: number };
}

/** One declaration of a symbol. */
export interface DeclarationDoc {
  readonly location: { readonly filename: string; readonly line: number };
  readonly declarationKind: string;
  readonly kind: string;
  readonly jsDoc?: CommentDoc;
  readonly def?: DefinitionDoc;
}

/** An exported symbol. */
export interface SymbolDoc {
  readonly name: string;
  readonly declarations: readonly DeclarationDoc[];
}

/** An entry point. */
export interface EntryDoc {
  readonly module_doc?: CommentDoc;
  readonly symbols: readonly SymbolDoc[];
}

/** The entry points of a package by what they are imported as, such as `./auth0`. */
export type PackageDocs = Readonly<Record<string, EntryDoc>>;

/**
 * Reads the docs of a package.
 *
 * @param directory The package's.
 * @throws {Error} `deno doc` failed.
 */
export async function packageDocs(directory: URL): Promise<PackageDocs> {
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", directory)));
  const paths: Record<string, string> = typeof exports === "string" ? { ".": exports } : exports;
  const printed = await runCommand(["deno", "doc", "--json", ...Object.values(paths)], {
    cwd: directory.pathname,
  });
  const { nodes } = JSON.parse(printed);
  return Object.fromEntries(
    Object.entries(paths).map(([entry, path]) => [entry, nodes[new URL(path, directory).href]]),
  );
}

/** The declarations that people see: none that is private, and of overloads not the one with the body. */
export function visible({ declarations }: SymbolDoc): DeclarationDoc[] {
  const seen = declarations.filter(({ declarationKind }) => declarationKind !== "private");
  const isOverloaded = seen.length > 1 && seen.every(({ kind }) => kind === "function");
  return isOverloaded ? seen.filter(({ def }) => !def?.hasBody) : seen;
}
