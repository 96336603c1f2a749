import { checksCode } from "./checks_code.ts";

const FILE = new URL("gen/checks.js", import.meta.url);

/**
 * Writes the checks of the emulator's answers as the spec has them now.
 *
 * They are generated because a test file can't pay for reading the spec and for the validator: a fifth of a second.
 */
export async function writeChecks(): Promise<void> {
  await Deno.writeTextFile(FILE, await freshChecks());
}

/** 0 when the tree has the checks that the spec has now, else 1. */
export async function compareChecks(): Promise<number> {
  const tree = await Deno.readTextFile(FILE).catch(() => "");
  if (tree === await freshChecks()) return 0;
  console.error("tests/answers/gen/checks.js is not what the spec says: run `deno task generate`.");
  return 1;
}

async function freshChecks(): Promise<string> {
  const read = (name: string) => Deno.readTextFile(new URL(`../../spec/${name}.yaml`, import.meta.url));
  return checksCode({ api: await read("xsignals"), auth0: await read("auth0") });
}
