import { createSession, login } from "@xsignals/session";
import { sharedStore } from "@xsignals/session/shared";

/** What the check needs of the session's code. */
export interface SessionCode {
  readonly createSession: typeof createSession;
  readonly login: typeof login;
  readonly sharedStore: typeof sharedStore;
}

/** Some text of a file of `packages/session`, and what to put in its place. */
export interface Change {
  /** The file, such as `shared/turn.ts`. */
  readonly file: string;
  /** The text, which the file must have once and not more often. */
  readonly text: string;
  /** What to put there. */
  readonly by: string;
}

const MEMBER = new URL("../../packages/session/", import.meta.url);

/** The address of a module that is imported, in an import or an export that has it from elsewhere. */
const IMPORTED = /(?<=\bfrom )"(\.[^"]+)"/g;

/**
 * Loads the session's code with some of its text changed: the files that have it, and those that import them, as modules
 * in memory; the others as they are.
 *
 * @throws {Error} When a file does not have the text that is to be changed.
 */
export async function loadSession(changes: readonly Change[]): Promise<SessionCode> {
  if (changes.length === 0) return { createSession, login, sharedStore };
  const addresses = new Map<string, Promise<string>>();

  function addressOf(file: string): Promise<string> {
    let address = addresses.get(file);
    if (!address) addresses.set(file, address = make(file));
    return address;
  }

  async function make(file: string): Promise<string> {
    const original = new URL(file, MEMBER);
    const source = await Deno.readTextFile(original);
    let text = source;
    for (const change of changes) if (change.file === file) text = replaced(text, change);
    const isChanged = text !== source;
    const imports = new Map<string, string>();
    for (const [, name] of source.matchAll(IMPORTED)) {
      const path = new URL(name!, original).href.slice(MEMBER.href.length);
      imports.set(name!, await addressOf(path));
    }
    if (!isChanged && ![...imports.values()].some((address) => address.startsWith("blob:"))) return original.href;
    const linked = text.replace(IMPORTED, (whole, name) => imports.has(name) ? `"${imports.get(name)}"` : whole);
    return URL.createObjectURL(new Blob([linked], { type: "application/typescript" }));
  }

  return { ...await import(await addressOf("mod.ts")), ...await import(await addressOf("shared/keeper.ts")) };
}

function replaced(source: string, { file, text, by }: Change): string {
  const parts = source.split(text);
  if (parts.length !== 2) {
    throw new Error(`Cannot change ${file}: it has ${parts.length - 1} times what is to be changed:\n${text}`);
  }
  return parts.join(by);
}
