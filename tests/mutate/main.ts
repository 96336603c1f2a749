/**
 * Changes the session's code in a copy, one small mutant at a time, and fails when its tests notice too few of them.
 *
 *   deno task mutate                                             everything that the settings name
 *   deno task mutate --mutate packages/session/wire/token.ts     one file, or one part of it: token.ts:20-40
 *
 * Stryker is 60 MB that nothing else needs, so it is in no import map: its version is here, its lock file beside.
 */
const STRYKER = "npm:@stryker-mutator/core@10.1.1/stryker";

const here = (name: string) => new URL(name, import.meta.url).pathname;

const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "--no-config",
    "--node-modules-dir=none",
    `--lock=${here("stryker.lock")}`,
    "--frozen",
    "-A",
    STRYKER,
    "run",
    here("stryker.config.ts"),
    ...Deno.args,
  ],
  cwd: here("../.."),
}).spawn().status;
Deno.exit(code);
