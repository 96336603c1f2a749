/**
 * What the packages should run in, and how each runs the program.
 *
 * @module
 */
import { runCommand } from "./command.ts";
import { BUN_VERSION, COMPATIBILITY_DATE, DENO_VERSIONS, NODE_VERSIONS } from "./versions.ts";

/** A program in `program/`, or the one of the session's README. */
type Program = "data" | "main" | "readme" | "serve" | "shared";

/** A runtime; its paths are relative to the workshop. */
export interface Runtime {
  /** What it calls itself, so that no other runs in its place. */
  readonly agent: string;
  /** How a program starts there; its task comes last. */
  command(program: Program): readonly string[];
  /** Variables that it needs. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it runs `main` and `data` alone, and not the README and the emulator's servers. */
  readonly onlyMain?: boolean;
  /** Whether it sends a GET again if the server drops a new connection (https://github.com/denoland/deno/issues/35610). */
  readonly repeatsGet?: boolean;
  /** The places where it can keep a session that others share. */
  readonly places: readonly ("file" | "kv")[];
}

/** A name that no resolver can ask for, since the label is longer than 63 bytes: it does not leave this machine. */
export const UNKNOWN = `${"x".repeat(64)}.invalid`;

const ALLOW_NET = `--allow-net=127.0.0.1,${UNKNOWN}`;
const NODE = "node_modules/node26/bin/node";

function node([key, version]: readonly [string, string]): [string, Runtime] {
  const [major] = version.split(".");
  return [`Node ${major}`, {
    agent: `Node.js/${major}`,
    command: (program) => [`node_modules/${key}/bin/node`, `built/${program}.js`],
    places: ["kv"],
  }];
}

/** A Deno twice: with the packages from npm, and with their sources, as JSR has them. */
function deno([key, version]: readonly [string, string]): [string, Runtime][] {
  const agent = `Deno/${version}`;
  const run = [NODE, `node_modules/${key}/bin.cjs`, "run", "--quiet", "--no-prompt", "--no-lock"];
  const fromNpm = [...run, ALLOW_NET, "--node-modules-dir=manual"];
  const sources = [...run, ALLOW_NET, "--check", "--no-config", "--import-map=import_map.json"];
  const leave: Partial<Record<Program, readonly string[]>> = {
    data: ["--allow-read=places", "--allow-write=places"],
    readme: ["--allow-env=XSIGNALS_*"],
    shared: ["--unstable-kv", "--allow-read=places", "--allow-write=places"],
  };
  const env = { DENO_DIR: `${key}-dir`, DENO_NO_UPDATE_CHECK: "1" };
  const name = `Deno ${version.replace(/\.\d+$/, "")}`;
  const repeatsGet = !name.endsWith("2.9");
  return [[name, {
    agent,
    command: (program) => [...fromNpm, ...leave[program] ?? [], `built/${program}.js`],
    env,
    repeatsGet,
    places: ["file", "kv"],
  }], [`${name} with sources, whose types it checks`, {
    agent,
    command: (program) => [...sources, ...leave[program] ?? [], `program/${program}.ts`],
    env: { ...env, DENO_NO_PACKAGE_JSON: "1" },
    repeatsGet,
    onlyMain: true,
    places: [],
  }]];
}

/** The runtimes by name. */
export const RUNTIMES: Readonly<Record<string, Runtime>> = Object.fromEntries<Runtime>([
  ...Object.entries(NODE_VERSIONS).map(node),
  ["Bun", {
    agent: `Bun/${BUN_VERSION}`,
    command: (program) => ["node_modules/bun/bin/bun", `built/${program}.js`],
    places: [],
  }],
  ["workerd", {
    agent: "Cloudflare-Workers",
    command: (program) => {
      const [script, ...flags] = program === "data" ? ["data.js", "nodejs_compat"] : ["worker.js"]; // csv-parse's stream
      return [NODE, "built/workerd.js", script, COMPATIBILITY_DATE, ...flags];
    },
    onlyMain: true,
    places: [],
  }],
  ...Object.entries(DENO_VERSIONS).flatMap(deno),
]);

/** What a machine may need to reach the npm registry. */
export function wayToNpm(): Record<string, string> {
  const names = /^(NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|DENO_(CERT|TLS_CA_STORE)|(HTTPS?|NO)_PROXY|NPM_CONFIG_REGISTRY)$/i;
  return Object.fromEntries(Object.entries(Deno.env.toObject()).filter(([name]) => names.test(name)));
}

/** Starts a program in a runtime with a task; resolves with what it printed. */
export function start(
  directory: string,
  { command, env }: Runtime,
  program: Program,
  task: unknown = null,
  variables: Runtime["env"] = {},
): Promise<string> {
  // With nothing of this machine but the way to its programs: no proxy, no configuration.
  const own = { PATH: Deno.env.get("PATH") ?? "", HOME: directory, NO_COLOR: "1" };
  return runCommand([...command(program), JSON.stringify(task)], {
    cwd: directory,
    env: { ...own, ...env, ...variables },
  });
}
