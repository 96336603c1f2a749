// Text from elsewhere on its way to a terminal or a program: no character of it acts on either.
import type { Sink } from "./world.ts";

/** What a terminal acts upon, or what changes how other text looks: controls, formats, half surrogates, line separators. */
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A text in one line, with visible escapes in place of what a terminal would act upon. */
export function printable(text: string): string {
  return text.replace(ACTING, (one) => SHORT[one] ?? `\\u{${one.codePointAt(0)!.toString(16)}}`);
}

/** The same for many lines: line ends and tabs stay. */
export function printableLines(text: string): string {
  return text.replace(ACTING, (one) => one === "\n" || one === "\t" ? one : printable(one));
}

/** Text for people, on a terminal broken between words; a command stays in one line if it fits. Lines that go on are indented. */
export function wrapped(text: string, { isTerminal, columns = Infinity }: Sink, indent = 0): string {
  if (!isTerminal) return text;
  const partsOf = (line: string) => line.match(/\s*(?:xsignals [^;]+\S*|\S+)/g) ?? [];
  const wordsOf = (part: string) => part.trim().length > columns - indent ? part.match(/\s*\S+/g)! : [part];
  return text.split("\n").map((line) =>
    partsOf(line).flatMap(wordsOf).reduce((done, word) => {
      const last = done.slice(done.lastIndexOf("\n") + 1);
      const isRoom = last.trim() === "" || last.length + word.length <= columns;
      return isRoom ? done + word : `${done}\n${" ".repeat(indent)}${word.trimStart()}`;
    }, "")
  ).join("\n");
}

/** A value as one line of JSON that has none of these characters, but their escapes. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(ACTING, (one) => {
    const units = Array.from({ length: one.length }, (_, at) => one.charCodeAt(at).toString(16).padStart(4, "0"));
    return units.map((unit) => `\\u${unit}`).join("");
  });
}

/** A text as one word of a shell, in quotes where it needs them. */
export function inShell(text: string): string {
  return /^[\w.,:=/@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
