/**
 * What the packages are to run in, and how each runs the program.
 *
 * @module
 */
import { runCommand } from "./command.ts";
import type { LiveTask, ReadTask, SharedTask } from "./program/task.ts";
import { COMPATIBILITY_DATE, RUNTIME_VERSIONS } from "./versions.ts";

/** A runtime. */
export interface Runtime {
  /** What it calls itself, so that no other runs in its place; `null` where it has no name for itself. */
  readonly agent: string | null;
  /** Runs the program with a task, and resolves with its answer. */
  run(task: LiveTask | ReadTask): Promise<unknown>;
  /** The places where it can keep a session that others share. */
  readonly places: readonly SharedTask["place"][];
  /** Uses the session that is in a place, and resolves with the steps. */
  share?(task: SharedTask): Promise<unknown>;
  /** Runs the ten lines of the session's README with these variables, and resolves with what they print. */
  readme?(variables: Readonly<Record<string, string>>): Promise<string>;
  /** Serves the emulator and uses it, and resolves with what came of it; absent where there are no servers. */
  serve?(): Promise<unknown>;
  /** Checks the types of the packages' sources; absent where there are none. */
  check?(): Promise<unknown>;
}

/** How a runtime with a command of its own is started. */
interface Start {
  readonly agent: string | null;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly places: readonly SharedTask["place"][];
  /** The arguments that give leave to use the places. */
  readonly leave?: readonly string[];
  /** The arguments that give leave to read the variables of the README. */
  readonly variables?: readonly string[];
}

/** The runtimes by name: each Deno twice, with the packages from npm and with their sources, as JSR has them. */
export function runtimesIn(directory: string): Readonly<Record<string, Runtime>> {
  const at = (path: string) => `${directory}/${path}`;
  const node20 = at("node_modules/node20/bin/node");
  const nodeCurrent = at("node_modules/node-current/bin/node");

  /** With nothing of this machine but the way to its programs: no proxy, no configuration. */
  async function start(command: readonly string[], more: Start["env"] = {}): Promise<string> {
    const env = { PATH: Deno.env.get("PATH") ?? "", HOME: directory, NO_COLOR: "1", ...more };
    return await runCommand(command, { cwd: directory, env });
  }

  function fromNpm({ agent, command, env, places, leave = [], variables = [] }: Start): Runtime {
    const built = async (flags: readonly string[], name: string, task: unknown = null) =>
      JSON.parse(await start([...command, ...flags, at(`built/${name}.js`), JSON.stringify(task)], env));
    return {
      agent,
      places,
      run: (task) => built([], "main", task),
      share: (task) => built(leave, "shared", task),
      readme: (more) => start([...command, ...variables, at("built/readme.js")], { ...env, ...more }),
      serve: () => built([], "serve"),
    };
  }

  function deno(key: "deno25" | "deno27" | "deno29"): Record<string, Runtime> {
    const agent = `Deno/${RUNTIME_VERSIONS[key]}`;
    const [version = ""] = /\d+\.\d+/.exec(agent) ?? [];
    const program = [node20, at(`node_modules/${key}/bin.cjs`)];
    const command = [...program, "run", "--quiet", "--no-prompt", "--no-lock", "--allow-net=127.0.0.1"];
    const env = { DENO_DIR: at(`${key}-dir`), DENO_NO_UPDATE_CHECK: "1" };
    const alone = { ...env, DENO_NO_PACKAGE_JSON: "1" };
    const sources = ["--no-config", `--import-map=${at("import_map.json")}`];
    return {
      [`Deno ${version}`]: fromNpm({
        agent,
        command: [...command, "--node-modules-dir=manual"],
        env,
        places: ["file", "kv"],
        variables: ["--allow-env=XSIGNALS_*"],
        leave: ["--unstable-kv", `--allow-read=${at("places")}`, `--allow-write=${at("places")}`],
      }),
      [`Deno ${version} with sources`]: {
        agent,
        places: [],
        run: async (task) =>
          JSON.parse(await start([...command, ...sources, at("program/main.ts"), JSON.stringify(task)], alone)),
        check: () => start([...program, "check", "--quiet", "--no-lock", ...sources, at("program/run.ts")], alone),
      },
    };
  }

  const [current] = RUNTIME_VERSIONS.nodeCurrent.split(".");
  const miniflare = at("node_modules/miniflare/dist/src/index.js");
  const workerd = [nodeCurrent, at("built/workerd.js"), miniflare, at("worker.js"), COMPATIBILITY_DATE];
  return {
    "Node 20": fromNpm({ agent: null, command: [node20], places: ["kv"] }),
    [`Node ${current}`]: fromNpm({ agent: `Node.js/${current}`, command: [nodeCurrent], places: ["kv"] }),
    "Bun": fromNpm({ agent: `Bun/${RUNTIME_VERSIONS.bun}`, command: [at("node_modules/bun/bin/bun")], places: [] }),
    "workerd": {
      agent: "Cloudflare-Workers",
      places: [],
      run: async (task) => JSON.parse(await start([...workerd, JSON.stringify(task)])),
    },
    ...deno("deno25"),
    ...deno("deno27"),
    ...deno("deno29"),
  };
}
