// What the probe has found so far, in words that it chooses itself: nothing of the server's gets in.
import { type Question, QUESTIONS, type Value } from "./questions.ts";

/** The answer to one question. */
export interface Finding {
  /** The name of the emulator's assumption, or of what else was asked. */
  readonly name: string;
  /** What it is about. */
  readonly question: string;
  /** What was found; absent if nothing was. */
  readonly found?: string;
  /** Why nothing was found. */
  readonly why?: string;
  /** What this project presumes. */
  readonly presumed: string;
  /** Whether what was found is what is presumed, as far as it goes; absent if nothing was found. */
  readonly same?: boolean;
  /** The values of the assumption that are possible after what was found. */
  readonly values?: readonly Value[];
}

/** Takes down findings. The first finding of a question stands. */
export interface Notes {
  /** One of the assumption's values, or several that nothing tells apart; `words` if they should read differently. */
  find(name: string, values: readonly Value[], words?: string): void;
  /** What is not a value that the emulator can play. */
  tell(name: string, words: string): void;
  /** Why some questions stay open, unless they have been answered. */
  miss(names: readonly string[], why: string): void;
  /** Whether something was found. */
  has(name: string): boolean;
  /** Every question with its answer. */
  findings(): Finding[];
}

/** Empty notes. */
export function createNotes(): Notes {
  const found = new Map<string, { readonly words: string; readonly values?: readonly Value[] }>();
  const reasons = new Map<string, string>();

  const note = (name: string, words: string, values?: readonly Value[]) => {
    if (!QUESTIONS.some((one) => one.name === name)) {
      throw new TypeError(`Cannot note ${name}: there is no such question`);
    }
    if (!found.has(name)) found.set(name, { words, values });
  };

  function findingOf({ name, about, presumed: said, values: [standard], never }: Question): Finding {
    const presumed = said ?? String(standard);
    const open = { name, question: about, presumed };
    const { words, values } = found.get(name) ?? {};
    if (words === undefined) return { ...open, why: never ?? reasons.get(name) ?? "the probe ended before" };
    const same = values ? values.includes(standard!) : words === presumed;
    return { ...open, found: words, same, ...(values ? { values } : {}) };
  }

  return {
    find: (name, values, words = values.join(" or ")) => note(name, words, values),
    tell: (name, words) => note(name, words),
    miss(names, why) {
      for (const name of names) if (!reasons.has(name)) reasons.set(name, why);
    },
    has: (name) => found.has(name),
    findings: () => QUESTIONS.map(findingOf),
  };
}
