import { fileURLToPath, pathToFileURL } from "node:url";
import type { Given } from "./given.ts";

const CONFIG = fileURLToPath(new URL("../../../deno.json", import.meta.url));
const SPEC = new URL("../../../spec/xsignals.yaml", import.meta.url);

/** A program beside types that were just made of the spec. */
export interface TypedProgram extends AsyncDisposable {
  /** What the compiler has against it; nothing when the types fit. */
  compile(): Promise<string>;
  /** Runs it. */
  run(given: Given): Promise<void>;
}

/**
 * Writes the program and its types into a folder of their own.
 *
 * @param change Changes the spec's text before types are made of it.
 */
export async function typedProgram(change: (spec: string) => string = (spec) => spec): Promise<TypedProgram> {
  const folder = await Deno.makeTempDir({ prefix: "typed-" });
  const program = `${folder}/calls.ts`;
  await Deno.writeTextFile(`${folder}/spec.yaml`, change(await Deno.readTextFile(SPEC)));
  await Deno.copyFile(new URL("given.ts", import.meta.url), `${folder}/given.ts`);
  await Deno.copyFile(new URL("typed_calls.ts.txt", import.meta.url), program);
  // As a command: its types bring in Node's own, which are not Deno's.
  const made = await deno(folder, "run", "-A", "openapi-typescript", "spec.yaml", "--output", "paths.ts");
  if (made !== "") throw new Error(`Cannot make types of the spec: ${made}`);

  return {
    compile: () => deno(folder, "check", "--quiet", "calls.ts"),
    async run(given) {
      const { typedCalls }: { typedCalls(given: Given): Promise<void> } = await import(pathToFileURL(program).href);
      await typedCalls(given);
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** Runs a command of Deno's in a folder, with the project's packages; resolves with what it says when it fails. */
async function deno(cwd: string, subcommand: string, ...args: string[]): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [subcommand, "--config", CONFIG, ...args],
    cwd,
    env: { NO_COLOR: "1" },
  });
  const { success, stderr } = await command.output();
  return success ? "" : new TextDecoder().decode(stderr) || "it failed";
}
