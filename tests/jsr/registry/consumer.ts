import { runCommand } from "../../runtimes/command.ts";

/** A program of somebody's, on a machine that has nothing but Deno. */
export interface Consumer extends AsyncDisposable {
  readonly directory: string;
  /** Writes a file of the program. */
  write(path: string, text: string): Promise<void>;
  /**
   * Runs `deno` there and resolves with what it printed.
   *
   * @throws {Error} With all that it printed, when it fails.
   */
  deno(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
}

/** What a machine may need to reach the npm registry. */
const WAY_TO_NPM =
  /^(NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|DENO_(CERT|TLS_CA_STORE)|(HTTPS?|NO)_PROXY|NPM_CONFIG_REGISTRY)$/i;

/**
 * Makes an empty directory outside the project, with no lock file, an empty home and an empty cache.
 *
 * @param url The registry for `jsr:`.
 * @param npm Whether packages of npm's can be reached too; else there is nothing but the registry.
 */
export async function openConsumer(url: string, { npm }: { readonly npm: boolean }): Promise<Consumer> {
  const directory = await Deno.makeTempDir({ prefix: "xsignals-consumer-" });
  for (const name of ["home", "cache", "program"]) await Deno.mkdir(`${directory}/${name}`);
  const way = Object.entries(Deno.env.toObject()).filter(([name]) => WAY_TO_NPM.test(name));
  return {
    directory,
    write: (path, text) => Deno.writeTextFile(`${directory}/program/${path}`, text),
    deno: (args, env = {}) =>
      runCommand([Deno.execPath(), ...args], {
        cwd: `${directory}/program`,
        env: {
          ...(npm ? Object.fromEntries(way) : { NPM_CONFIG_REGISTRY: url }),
          HOME: `${directory}/home`,
          DENO_DIR: `${directory}/cache`,
          JSR_URL: url,
          NO_COLOR: "1",
          DENO_NO_UPDATE_CHECK: "1",
          ...env,
        },
      }),
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}
