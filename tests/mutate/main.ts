/**
 * Changes the session's code in a copy, one small mutant at a time, and fails if its tests notice too few of them.
 *
 *   deno task mutate                                             everything that the settings name
 *   deno task mutate --mutate packages/session/wire/token.ts     one file, or one part of it: token.ts:20-40
 */
const here = (name: string) => new URL(name, import.meta.url).pathname;

const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "--no-config",
    "--node-modules-dir=none",
    `--lock=${here("stryker.lock")}`,
    "--frozen",
    "-A",
    "npm:@stryker-mutator/core@10.1.1/stryker", // in no import map: nothing else needs its 60 MB
    "run",
    here("stryker.config.ts"),
    ...Deno.args,
  ],
  cwd: here("../.."),
}).spawn().status;
Deno.exit(code);
