import { assertEquals } from "@std/assert";
import { docFindings } from "./doc_rules.ts";
import { packageDocs } from "./package_docs.ts";

/** What is missing in a module, be it with a comment at its top. */
async function findingsOf(module: string): Promise<string[]> {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/deno.json`, JSON.stringify({ exports: "./mod.ts" }));
    await Deno.writeTextFile(`${directory}/mod.ts`, `${CODES}\n${module}`);
    return docFindings(await packageDocs(new URL(`file://${directory}/`)));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const CODES = `
/** A code. */
export type SessionErrorCode = "blocked" | "store_failed";`;

const EXAMPLE = `
 * @example
 * \`\`\`ts
 * import { wait } from "@xsignals/session";
 * \`\`\``;

Deno.test("docFindings() finds nothing where everything is said", async () => {
  const findings = await findingsOf(`
/**
 * Waits (RFC 9110, 10.2.3).
 *
 * @param delay How long, in ms.
 * @param options How often, and where.
 * @returns How often it waited.
 * @throws {TypeError} When the delay is negative.
 * @throws {SessionError} \`blocked\` when it is; for the rest see \`SessionErrorCode\`.
 *${EXAMPLE}
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

Deno.test("docFindings() finds parameters, results, examples and sources that are not there", async () => {
  assertEquals(
    await findingsOf(`
/**
 * waits
 */
export function wait(delay: number): Promise<number> {
  return Promise.resolve(delay);
}

/** A way to log in. */
export interface Strategy {
  (): void;
}

/**
 * Logs in (RFC 7617).
 *
 * See RFC 6750 for more.
 *${EXAMPLE.replace("@xsignals/session", "./mod.ts")}
 */
export function basic(): Strategy {
  return () => {};
}`),
    [
      "wait: does not begin with a sentence",
      "wait: a parameter without @param",
      "wait: no @returns",
      "wait: delay: no unit",
      "wait: no example runs",
      "basic: names an RFC without its section",
      "basic: no @returns",
      "basic: no source by @see",
      "basic: no example runs",
    ],
  );
});

Deno.test("docFindings() takes an example that is not run for none", async () => {
  assertEquals(
    await findingsOf(`
/**
 * Waits.
 *${EXAMPLE.replace("ts\n", "ts ignore\n")}
 */
export function wait(): void {}`),
    ["wait: no example runs"],
  );
});

Deno.test("docFindings() finds errors without class, time or code, and codes that no error has", async () => {
  assertEquals(
    await findingsOf(`
/**
 * Waits.
 *
 * @throws When it is wrong.
 * @throws {TypeError}
 * @throws {SessionError} When it is wrong.
 * @throws {SessionError} \`blokced\` or \`store_failed\`.
 *${EXAMPLE}
 */
export function wait(): void {}`),
    [
      "wait: @throws without a class, or without when",
      "wait: @throws {SessionError} without a code",
      "wait: @throws names blokced, which is no code",
    ],
  );
});

Deno.test("docFindings() finds numbers of which nobody says what they count", async () => {
  assertEquals(
    await findingsOf(`
/** A wait. */
export interface Wait {
  /** How long. */
  readonly delay: number;
  /** Goes on. */
  more(delay: number): void;
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
}`),
    [
      "Wait: delay: no unit",
      "Wait: more: delay: no unit",
      "End: at: no unit",
      "WaitError: time: no unit",
      "WaitError: constructor: a parameter without @param",
      "WaitError: constructor: time: no unit",
      "WaitError: no example runs",
    ],
  );
});
