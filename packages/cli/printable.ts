// Text from elsewhere on its way to a terminal or a program: no character of it acts on either.

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
