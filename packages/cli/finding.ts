// What `doctor` finds out, a line for each check.
import { failureOf } from "./failure.ts";
import { wrapped } from "./printable.ts";
import type { Sink } from "./world.ts";

/** The result of a check. */
export interface Finding {
  /** What was looked at. */
  readonly check: string;
  /** `true`: good; `false`: not; `null`: not looked at, because of something before it. */
  readonly ok: boolean | null;
  /** What was found, without a secret and without the user's name. */
  readonly found: string;
  /** What to do. */
  readonly advice: string | null;
}

/** All is well. */
export function good(check: string, found: string): Finding {
  return { check, ok: true, found, advice: null };
}

/** It does not work. */
export function bad(check: string, found: string, advice: string | null = null): Finding {
  return { check, ok: false, found, advice };
}

/** It could not be looked at. */
export function untried(check: string, before: string): Finding {
  return { check, ok: null, found: `not tried: ${before} comes first`, advice: null };
}

/** The finding of an error. Of what the error says the part behind the first semicolon is the advice. */
export function badBy(check: string, error: unknown): Finding {
  const { message, hint } = failureOf(error);
  return hint === null ? badIn(check, message) : bad(check, message, hint);
}

/** The finding of a text that says what is wrong and, behind a semicolon, what to do. */
export function badIn(check: string, text: string): Finding {
  const at = text.indexOf("; ");
  return at < 0 ? bad(check, text) : bad(check, text.slice(0, at), text.slice(at + 2));
}

/** Where in a line stands what was found. */
const COLUMN = 14;

/** The lines for people. */
export function textOf({ check, ok, found, advice }: Finding, sink: Sink): string {
  const mark = ok === null ? "–" : ok ? "✓" : "✗";
  const line = `${mark} ${check.padEnd(COLUMN - 3)} ${found}`;
  return wrapped(advice === null ? line : `${line}\n${" ".repeat(COLUMN)}to do: ${advice}`, sink, COLUMN);
}
