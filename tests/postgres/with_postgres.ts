/**
 * Runs a command beside a PostgreSQL server of its own, which is gone afterwards.
 *
 *   deno run -A tests/postgres/with_postgres.ts COMMAND [ARGUMENTS]
 *
 * The command finds the database by `POSTGRES_URL`. Exits as the command did; with 1 if PostgreSQL is not on `PATH`.
 */
import { hasProgram } from "../has_program.ts";
import { runCommand } from "../runtimes/command.ts";

/** The programs of a server that have to be on `PATH`. Debian puts them into `/usr/lib/postgresql/VERSION/bin`. */
export const POSTGRES_PROGRAMS: readonly string[] = ["initdb", "pg_ctl"];

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Starts a server in a new folder that only this user, and root, can enter; its URL is that of a socket there. */
async function startServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const folder = await Deno.makeTempDir({ prefix: "xsignals-postgres-" });
  const log = `${folder}/log`;
  // PostgreSQL refuses root, so root starts it as the user `postgres`.
  const idOf = async (kind: string) => Number(await runCommand(["id", kind, "postgres"]));
  const owner = Deno.uid() === 0 ? { uid: await idOf("-u"), gid: await idOf("-g") } : undefined;
  const run = (program: string, ...args: string[]) =>
    runCommand([program, "-D", `${folder}/data`, ...args], { cwd: folder, ...owner });
  try {
    if (owner) await Deno.chown(folder, owner.uid, owner.gid);
    await run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
    const settings = `-c listen_addresses= -c unix_socket_directories=${folder} -c max_connections=200 -c fsync=off`;
    await run("pg_ctl", "-w", "-t", "30", "-l", log, "-o", settings, "start");
  } catch (error) {
    const why = await Deno.readTextFile(log).catch(() => "");
    await Deno.remove(folder, { recursive: true });
    throw new Error(`Cannot start PostgreSQL: ${error instanceof Error ? error.message : error}\n${why}`);
  }
  return {
    url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`,
    async [Symbol.asyncDispose]() {
      await run("pg_ctl", "-w", "-m", "immediate", "stop");
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Runs the command, and resolves with the code to exit with. */
async function withPostgres(command: string, args: string[]): Promise<number> {
  let child: Deno.ChildProcess | undefined = undefined;
  let isEnding = false;
  // The command is told to end, not this process: the server has to be stopped after it.
  for (const signal of SIGNALS) {
    Deno.addSignalListener(signal, () => {
      isEnding = true;
      try {
        child?.kill(signal);
      } catch {
        // It ended by itself.
      }
    });
  }
  await using server = await startServer();
  if (isEnding) return 1;
  child = new Deno.Command(command, { args, env: { POSTGRES_URL: server.url } }).spawn();
  return (await child.status).code;
}

if (import.meta.main) {
  const [command, ...args] = Deno.args;
  if (command === undefined) {
    console.error("usage: deno run -A tests/postgres/with_postgres.ts COMMAND [ARGUMENTS]");
    Deno.exit(2);
  }
  const missing = POSTGRES_PROGRAMS.filter((program) => !hasProgram(program));
  if (missing.length > 0) {
    console.error(
      `Cannot start PostgreSQL: PATH has no ${missing.join(" and no ")}; install PostgreSQL's server ` +
        "(on Debian: apt-get install postgresql, then add /usr/lib/postgresql/VERSION/bin to PATH)",
    );
    Deno.exit(1);
  }
  Deno.exit(await withPostgres(command, args));
}
