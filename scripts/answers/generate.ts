/**
 * Generates the checks of the emulator's answers from the spec, and from what stands beside it.
 *
 *   deno run -A scripts/answers/generate.ts            writes gen/checks.js
 *   deno run -A scripts/answers/generate.ts --check    exits with 1 when the tree has another
 *
 * They are generated because a test file can't pay for reading the spec and for the validator: a fifth of a second.
 */
import { checksCode } from "./checks_code.ts";

/** Where they are. */
export const CHECKS_FILE: URL = new URL("gen/checks.js", import.meta.url);

/** The checks as the spec has them now. */
export async function freshChecks(): Promise<string> {
  const read = (name: string) => Deno.readTextFile(new URL(`../../spec/${name}.yaml`, import.meta.url));
  return checksCode({ api: await read("xsignals"), auth0: await read("auth0") });
}

/** Whether the tree has other ones; says so. */
export async function checksDiffer(): Promise<boolean> {
  const differ = await freshChecks() !== await Deno.readTextFile(CHECKS_FILE).catch(() => "");
  if (differ) console.error("scripts/answers/gen/checks.js is not what the spec says: run `deno task generate`.");
  return differ;
}

/** Writes them. */
export async function writeChecks(): Promise<void> {
  await Deno.writeTextFile(CHECKS_FILE, await freshChecks());
}

if (import.meta.main) {
  if (Deno.args[0] !== "--check") await writeChecks();
  else if (await checksDiffer()) Deno.exit(1);
}
