import { runCommand } from "../../runtimes/command.ts";

/** Somebody's program, on a machine that has nothing but Deno. */
export interface Consumer extends AsyncDisposable {
  readonly directory: string;
  /** Writes a file of the program. */
  write(path: string, text: string): Promise<void>;
  /**
   * Runs `deno` there and resolves with what it printed.
   *
   * @throws {Error} With all that it printed, if it fails.
   */
  deno(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
}

/** What a machine may need to reach the npm registry. */
const WAY_TO_NPM =
  /^(NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|DENO_(CERT|TLS_CA_STORE)|(HTTPS?|NO)_PROXY|NPM_CONFIG_REGISTRY)$/i;

/**
 * Makes a directory outside the project, with no lock file, an empty home and an empty cache, and adds packages to it.
 *
 * @param url The registry for `jsr:`; npm can be reached only for the emulator, which needs packages from there.
 */
export async function openConsumer(url: string, ...packages: readonly string[]): Promise<Consumer> {
  const directory = await Deno.makeTempDir({ prefix: "xsignals-consumer-" });
  const program = `${directory}/program`;
  await Deno.mkdir(program);
  const way = Object.entries(Deno.env.toObject()).filter(([name]) => WAY_TO_NPM.test(name));
  const own = {
    ...(packages.includes("emulator") ? Object.fromEntries(way) : { NPM_CONFIG_REGISTRY: url }),
    HOME: `${directory}/home`,
    DENO_DIR: `${directory}/cache`,
    JSR_URL: url,
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
  };
  const consumer: Consumer = {
    directory: program,
    write: (path, text) => Deno.writeTextFile(`${program}/${path}`, text),
    deno: (args, env) => runCommand([Deno.execPath(), ...args], { cwd: program, env: { ...own, ...env } }),
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
  await consumer.deno(["add", ...packages.map((name) => `jsr:@xsignals/${name}`)]);
  return consumer;
}
