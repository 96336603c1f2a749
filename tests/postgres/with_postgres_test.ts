import { assertEquals, assertMatch } from "@std/assert";
import { needing } from "../has_program.ts";
import { POSTGRES_PROGRAMS } from "./with_postgres.ts";

const NEEDED = [...POSTGRES_PROGRAMS, "psql"];

function withPostgres(env: Record<string, string>, ...command: string[]): Deno.Command {
  const script = new URL("with_postgres.ts", import.meta.url).pathname;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", script, ...command],
    env: { NO_COLOR: "1", ...env },
    stdout: "piped",
    stderr: "piped",
  });
}

const isGone = (path: string) => Deno.stat(path).then(() => false, () => true);
const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

Deno.test({
  ...needing(NEEDED, "with_postgres runs a command beside a server, exits as it did, and leaves nothing"),
  async fn() {
    const query = `psql "$POSTGRES_URL" -Atc 'SHOW unix_socket_directories' -c 'SELECT 6 * 7'; exit 7`;
    const { code, stdout } = await withPostgres({}, "sh", "-c", query).output();
    const [folder = "", answer] = decode(stdout).split("\n");
    assertEquals([answer, code], ["42", 7]);
    assertMatch(folder, /xsignals-postgres/);
    assertEquals(await isGone(folder), true);
  },
});

Deno.test({
  ...needing(NEEDED, "with_postgres stops the command and the server when it is told to end"),
  async fn() {
    const query = `psql "$POSTGRES_URL" -Atc 'SHOW data_directory' && exec sleep 600`;
    const child = withPostgres({}, "sh", "-c", query).spawn();
    const reader = child.stdout.getReader();
    const data = decode((await reader.read()).value).trim();
    child.kill("SIGTERM");
    assertEquals((await child.status).code, 143);
    assertEquals((await reader.read()).done, true);
    await child.stderr.cancel();
    assertEquals(await isGone(data), true);
  },
});

Deno.test("with_postgres says in one line what to install if PostgreSQL is not on PATH, and exits with 1", async () => {
  const { code, stderr } = await withPostgres({ PATH: "/nowhere" }, "true").output();
  assertEquals(code, 1);
  assertMatch(decode(stderr), /^Cannot start PostgreSQL: PATH has no initdb and no pg_ctl; .*\n$/);
});

Deno.test("with_postgres tells how it is used", async () => {
  const { code, stderr } = await withPostgres({}).output();
  assertEquals(code, 2);
  assertMatch(decode(stderr), /usage: .*COMMAND/);
});
