import { assertEquals } from "@std/assert";
import { docFindings } from "./doc_rules.ts";

const CODES = `
/** A code. */
export type SessionErrorCode = "blocked" | "store_failed";`;

const EXAMPLE = `@example
 * \`\`\`ts
 * import { wait } from "@xsignals/session";
 * \`\`\``;

/** What is missing in the docs of a module. */
async function findingsOf(module: string): Promise<string[]> {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/deno.json`, JSON.stringify({ exports: "./mod.ts" }));
    await Deno.writeTextFile(`${directory}/mod.ts`, `${CODES}\n${module}`);
    return await docFindings(new URL(`file://${directory}/`));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("docFindings() finds nothing if everything is said", async () => {
  const findings = await findingsOf(`
/**
 * Waits (RFC 9110, 10.2.3).
 *
 * @param delay How long, in ms.
 * @param options How often, and where.
 * @returns How often it waited.
 * @throws {TypeError} When the delay is negative.
 * @throws {SessionError} \`blocked\` when it is; for the rest see \`SessionErrorCode\`.
 * ${EXAMPLE}
 */
export function wait(delay: number, { places = [] }: WaitOptions = {}): Promise<number> {
  return Promise.resolve(delay + places.length);
}

/** Options of \`wait\`. */
export interface WaitOptions {
  /** Where. */
  readonly places?: string[];
  readonly limitBytes?: number;
  /** The status of the answer. */
  status?(delayMs: number): number;
}

/** What happened, in milliseconds since 1970. */
export type Event = { readonly at: number } | { readonly until: number };`);
  assertEquals(findings, []);
});

Deno.test("docFindings() finds what is not said, of each kind", async () => {
  const findings = await findingsOf(`
/**
 * waits
 *
 * @throws When it is wrong.
 * @throws {TypeError}
 * @throws {SessionError} When it is wrong.
 * @throws {SessionError} \`blokced\` or \`store_failed\`.
 * ${EXAMPLE.replace("ts\n", "ts ignore\n")}
 */
export function wait(delay: number): Promise<number> {
  return Promise.resolve(delay);
}

/** A way to log in. */
export interface Strategy {
  (): void;
  /** How long. */
  readonly delay: number;
  /** Goes on. */
  more(delay: number): void;
}

/**
 * Logs in (RFC 7617).
 *
 * See RFC 6750 for more.
 * ${EXAMPLE.replace("@xsignals/session", "./mod.ts")}
 */
export function basic(): Strategy {
  throw new Error();
}

/** An end. */
export type End = { readonly at: number } | { readonly limitBytes: number };

/** A failure. */
export class WaitError extends Error {
  /** The time. */
  readonly time: number;
  /** Makes one. */
  constructor(time: number) {
    super();
    this.time = time;
  }
}`);
  assertEquals(findings, [
    "wait: does not begin with a sentence",
    "wait: a parameter without @param",
    "wait: no @returns",
    "wait: delay: no unit",
    "wait: @throws without a class, or without when",
    "wait: @throws {SessionError} without a code",
    "wait: @throws names blokced, which is no code",
    "wait: no example runs",
    "Strategy: delay: no unit",
    "Strategy: more: delay: no unit",
    "basic: names an RFC without its section",
    "basic: no @returns",
    "basic: no source by @see",
    "basic: no example runs",
    "End: at: no unit",
    "WaitError: time: no unit",
    "WaitError: constructor: a parameter without @param",
    "WaitError: constructor: time: no unit",
    "WaitError: no example runs",
  ]);
});
