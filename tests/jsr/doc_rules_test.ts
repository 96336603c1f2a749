import { assertEquals } from "@std/assert";
import { docFindings } from "./doc_rules.ts";

const EXAMPLE = `@example
 * \`\`\`ts
 * import { wait } from "@xsignals/session";
 * \`\`\``;

// That it finds nothing where all is said, `deno task lint:docs` shows with the packages themselves.
Deno.test("docFindings() finds what is not said, of each kind", async () => {
  const module = `
/** A code. */
export type SessionErrorCode = "blocked" | "store_failed";

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
}`;
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/deno.json`, JSON.stringify({ exports: "./mod.ts" }));
  await Deno.writeTextFile(`${directory}/mod.ts`, module);
  const findings = await docFindings(new URL(`file://${directory}/`));
  await Deno.remove(directory, { recursive: true });
  assertEquals(findings, [
    "wait: does not begin with a sentence",
    "wait: a parameter without @param",
    "wait: no @returns",
    "wait: delay: no unit",
    "wait: @throws without a class, or without when",
    "wait: @throws {SessionError} without a code",
    "wait: @throws names blokced, which is not a code",
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
