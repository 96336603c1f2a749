/** A PostgreSQL server that is gone, with all it kept, when it is disposed of. */
export interface Cluster extends AsyncDisposable {
  /** The URL of its database; over a socket in a folder that only this user, and root, can enter. */
  readonly url: string;
}

/** The programs of a server that have to be on `PATH`. Debian puts them into `/usr/lib/postgresql/VERSION/bin`. */
export const POSTGRES_PROGRAMS: readonly string[] = ["initdb", "pg_ctl"];

/** Starts a server of its own, in a new folder; root does it as the user `postgres`, since PostgreSQL refuses root. */
export async function startCluster(): Promise<Cluster> {
  const folder = await Deno.makeTempDir({ prefix: "xsignals-postgres-" });
  const data = `${folder}/data`;
  const log = `${folder}/log`;
  const owner = Deno.uid() === 0 ? { uid: await idOf("-u"), gid: await idOf("-g") } : undefined;
  const run = (program: string, ...args: string[]) =>
    output(program, { args: ["-D", data, ...args], cwd: folder, ...owner });
  try {
    if (owner) await Deno.chown(folder, owner.uid, owner.gid);
    await run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
    const settings = { listen_addresses: "", unix_socket_directories: folder, max_connections: "200", fsync: "off" };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
    await Deno.writeTextFile(`${data}/postgresql.conf`, lines.join(""), { append: true });
    await run("pg_ctl", "-w", "-t", "30", "-l", log, "start");
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

async function idOf(kind: "-u" | "-g"): Promise<number> {
  return Number(await output("id", { args: [kind, "postgres"] }));
}

async function output(program: string, options: Deno.CommandOptions): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { stdin: "null", ...options }).output();
  if (!success) throw new Error(`${program} failed: ${new TextDecoder().decode(stderr).trim()}`);
  return new TextDecoder().decode(stdout);
}
