/**
 * Runs a command beside a PostgreSQL server of its own, which is gone afterwards.
 *
 *   deno run -A tests/postgres/with_postgres.ts COMMAND [ARGUMENTS]
 *
 * The command finds the database by `POSTGRES_URL`. Exits as the command did; with 1 if PostgreSQL is not on `PATH`.
 */
import { hasProgram } from "../has_program.ts";
import { POSTGRES_PROGRAMS, startCluster } from "./cluster.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs the command, and resolves with the code to exit with. */
async function withPostgres(command: string, args: string[]): Promise<number> {
  let child: Deno.ChildProcess | undefined;
  let isEnding = false;
  // The command is told to end, not this process: the server has to be stopped after it.
  const listeners = SIGNALS.map((signal) => {
    function pass(): void {
      isEnding = true;
      try {
        child?.kill(signal);
      } catch {
        // It ended by itself.
      }
    }
    Deno.addSignalListener(signal, pass);
    return () => Deno.removeSignalListener(signal, pass);
  });
  try {
    await using cluster = await startCluster();
    if (isEnding) return 1;
    child = new Deno.Command(command, { args, env: { POSTGRES_URL: cluster.url } }).spawn();
    return (await child.status).code;
  } finally {
    for (const remove of listeners) remove();
  }
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
