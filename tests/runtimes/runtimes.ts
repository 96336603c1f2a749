/**
 * What the packages should run in, and how each runs the program.
 *
 * @module
 */
import { runCommand } from "./command.ts";
import type { SharedTask } from "./program/task.ts";
import { BUN_VERSION, COMPATIBILITY_DATE, DENO_VERSIONS, NODE_VERSIONS } from "./versions.ts";

/** The programs in `program/`, and the one of the session's README. */
const PROGRAMS = ["main", "readme", "serve", "shared"] as const;

type Program = typeof PROGRAMS[number];

/** A runtime. */
export interface Runtime {
  /** What it calls itself, so that no other runs in its place. */
  readonly agent: string;
  /** The programs that can run there. */
  readonly programs: readonly Program[];
  /** The places where it can keep a session that others share. */
  readonly places: readonly SharedTask["place"][];
  /** How a program starts there; its task comes last. */
  command(program: Program): readonly string[];
  /** Variables that it needs. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The runtimes by name: each Deno twice, with the packages from npm and with their sources, as JSR has them. */
export function runtimesIn(directory: string): Readonly<Record<string, Runtime>> {
  const at = (path: string) => `${directory}/${path}`;
  const node = (key: keyof typeof NODE_VERSIONS) => at(`node_modules/${key}/bin/node`);
  const runtimes: Record<string, Runtime> = {};

  for (const [key, version] of Object.entries(NODE_VERSIONS)) {
    const [major] = version.split(".");
    runtimes[`Node ${major}`] = {
      agent: `Node.js/${major}`,
      programs: PROGRAMS,
      places: ["kv"],
      command: (program) => [at(`node_modules/${key}/bin/node`), at(`built/${program}.js`)],
    };
  }
  runtimes["Bun"] = {
    agent: `Bun/${BUN_VERSION}`,
    programs: ["main", "readme", "serve"],
    places: [],
    command: (program) => [bunIn(directory), at(`built/${program}.js`)],
  };
  const miniflare = at("node_modules/miniflare/dist/src/index.js");
  runtimes["workerd"] = {
    agent: "Cloudflare-Workers",
    programs: ["main"],
    places: [],
    command: () => [node("node26"), at("built/workerd.js"), miniflare, at("worker.js"), COMPATIBILITY_DATE],
  };
  for (const [key, version] of Object.entries(DENO_VERSIONS)) {
    const leave: Partial<Record<Program, readonly string[]>> = {
      readme: ["--allow-env=XSIGNALS_*"],
      shared: ["--unstable-kv", `--allow-read=${at("places")}`, `--allow-write=${at("places")}`],
    };
    const flags = ["--quiet", "--no-prompt", "--no-lock", "--allow-net=127.0.0.1"];
    const run = [node("node22"), at(`node_modules/${key}/bin.cjs`), "run", ...flags];
    const sources = ["--check", "--no-config", `--import-map=${at("import_map.json")}`];
    const env = { DENO_DIR: at(`${key}-dir`), DENO_NO_UPDATE_CHECK: "1" };
    const name = `Deno ${version.replace(/\.\d+$/, "")}`;
    runtimes[name] = {
      agent: `Deno/${version}`,
      programs: PROGRAMS,
      places: ["file", "kv"],
      command: (program) => [...run, "--node-modules-dir=manual", ...leave[program] ?? [], at(`built/${program}.js`)],
      env,
    };
    runtimes[`${name} with sources, whose types it checks`] = {
      agent: `Deno/${version}`,
      programs: ["main"],
      places: [],
      command: (program) => [...run, ...sources, at(`program/${program}.ts`)],
      env: { ...env, DENO_NO_PACKAGE_JSON: "1" },
    };
  }
  return runtimes;
}

/** Where Bun's program is. */
export function bunIn(directory: string): string {
  return `${directory}/node_modules/bun/bin/bun`;
}

/** Starts a program in a runtime with a task; resolves with what it printed. */
export async function start(
  directory: string,
  name: string,
  program: Program,
  task: unknown = null,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { command, env } = runtimesIn(directory)[name]!;
  // With nothing of this machine but the way to its programs: no proxy, no configuration.
  const own = { PATH: Deno.env.get("PATH") ?? "", HOME: directory, NO_COLOR: "1" };
  return await runCommand([...command(program), JSON.stringify(task)], {
    cwd: directory,
    env: { ...own, ...env, ...variables },
  });
}
