import { type AddressInfo, connect, createServer } from "node:net";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { SessionError } from "@xsignals/session";
import { postgresStore, postgresTable } from "@xsignals/session/postgres";
import { storeContract } from "@xsignals/session/testing";
import pg from "pg";

const url = Deno.env.get("POSTGRES_URL");

const A = Uint8Array.of(1);
const B = Uint8Array.of(2);

/** A test beside a real server, with `deno task test:postgres`. */
function testPostgres(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `postgresStore() ${name}`, ignore: url === undefined, fn });
}

/** A table that no other test has, and pools of connections to it. */
async function freshTable() {
  const table = `t_${crypto.randomUUID().replaceAll("-", "")}`;
  const pools: pg.Pool[] = [];
  function pool(options: Record<string, unknown> = {}): pg.Pool {
    const made = new pg.Pool({ connectionString: url, max: 4, ...options });
    made.on("error", () => {}); // an idle connection that is lost
    pools.push(made);
    return made;
  }
  await pool().query(postgresTable(table));
  return {
    table,
    pool,
    async [Symbol.asyncDispose]() {
      await pools[0].query(`DROP TABLE IF EXISTS ${table}`);
      await Promise.all(pools.map((made) => made.end()));
    },
  };
}

function storeOf(pool: pg.Pool, table: string) {
  return postgresStore((text, values) => pool.query(text, values), { table });
}

function urlOf(user: string, database: string): string {
  return Object.assign(new URL(url!), { username: user, pathname: database }).href;
}

/** Stands on loopback between a driver and the server, which has done what it was asked when its answer is lost. */
async function lossyProxy() {
  const path = `${new URL(url!).searchParams.get("host")}/.s.PGSQL.5432`;
  let isArmed = false;
  let lost = 0;
  const proxy = createServer((driver) => {
    const server = connect(path).on("error", () => {}).on("close", () => driver.destroy());
    driver.on("error", () => {}).on("close", () => server.destroy()).pipe(server);
    server.on("data", (bytes) => {
      if (!isArmed) return driver.write(bytes);
      isArmed = false;
      lost++;
      driver.destroy();
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `postgres://postgres@127.0.0.1:${(proxy.address() as AddressInfo).port}/postgres`,
    loseNextAnswer: () => void (isArmed = true),
    lost: () => lost,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => proxy.close(() => resolve())),
  };
}

function isolation(level: string): string {
  return `-c default_transaction_isolation=${level.replace(" ", "\\ ")}`;
}

for (const level of ["read committed", "repeatable read", "serializable"]) {
  const options = isolation(level);
  const cases = storeContract(async () => {
    const place = await freshTable();
    const [store, second] = [0, 1].map(() => storeOf(place.pool({ options }), place.table));
    return { store: store!, second: second!, close: () => place[Symbol.asyncDispose]() };
  });
  for (const { name, run } of cases) testPostgres(`${level}: ${name}`, run);
}

testPostgres("loses no write of several connections, whatever the isolation level of each", async () => {
  await using place = await freshTable();
  const [connections, times] = [4, 50];
  await storeOf(place.pool(), place.table).write(Uint8Array.of(0), null);
  async function count(level: string): Promise<void> {
    const store = storeOf(place.pool({ options: isolation(level) }), place.table);
    for (let done = 0; done < times;) {
      const { data, version } = (await store.read())!;
      if (await store.write(Uint8Array.of(data[0]! + 1), version) !== false) done++;
    }
  }
  const levels = ["read committed", "serializable"];
  await Promise.all(Array.from({ length: connections }, (_, n) => count(levels[n % 2]!)));
  assertEquals((await storeOf(place.pool(), place.table).read())?.data, Uint8Array.of(connections * times));
});

testPostgres("takes a write whose answer was lost on the wire for what it was (public bug 27)", async () => {
  await using proxy = await lossyProxy();
  await using place = await freshTable(); // ends its connections before the proxy does
  const far = storeOf(place.pool({ connectionString: proxy.url, max: 1 }), place.table);
  const near = storeOf(place.pool(), place.table);
  let version: string | null = null;
  for (const data of [A, B, null, B]) {
    await far.read();
    proxy.loseNextAnswer();
    const written: string | false = await far.write(data, version);
    assert(written !== false);
    assertEquals((await near.read())?.data, data ?? undefined);
    version = data && written;
  }
  assertEquals([await near.write(A, null), proxy.lost()], [false, 4]);
});

testPostgres("tries a write again whose connection was cut while it waited", async () => {
  await using place = await freshTable();
  const store = storeOf(place.pool({ application_name: place.table }), place.table);
  const version = await store.write(A, null);
  assert(version !== false);
  const pool = place.pool();
  const other = await pool.connect();
  try {
    await other.query("BEGIN");
    await other.query(`SELECT 1 FROM ${place.table} FOR UPDATE`);
    const waiting = store.write(B, version);
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = $1 AND wait_event_type = 'Lock'`;
    for (let cuts = 0; cuts === 0;) cuts = (await pool.query(cut, [place.table])).rowCount;
    await other.query("ROLLBACK");
    const written = await waiting;
    assert(written !== false);
    assertEquals(await store.read(), { data: B, version: written });
  } finally {
    other.release();
  }
});

testPostgres("lets a write that had to wait for another one lose", async () => {
  await using place = await freshTable();
  const store = storeOf(place.pool(), place.table);
  const version = await store.write(A, null);
  assert(version !== false);
  const other = await place.pool().connect();
  try {
    await other.query("BEGIN");
    const inTransaction = postgresStore((text, values) => other.query(text, values), { table: place.table });
    const won = await inTransaction.write(B, version);
    const waiting = store.write(A, version);
    assertEquals(await store.read(), { data: A, version }); // a reader does not wait
    await other.query("COMMIT");
    assertEquals([await waiting, await store.read()], [false, { data: B, version: won || "" }]);
  } finally {
    other.release();
  }
});

testPostgres("says what the role or the server refuses", async () => {
  await using place = await freshTable();
  const pool = place.pool();
  const role = `r_${place.table}`;
  await pool.query(`CREATE ROLE ${role} LOGIN`);
  try {
    await pool.query(`GRANT SELECT ON ${place.table} TO ${role}`);
    const poor = storeOf(place.pool({ connectionString: urlOf(role, "postgres") }), place.table);
    assertEquals(await poor.read(), null);
    const refused = await assertRejects(() => poor.write(A, null), SessionError, "the role may not select, insert");
    assertEquals([refused.code, refused.cause], ["store_failed", undefined]);
    const reader = storeOf(place.pool({ options: "-c default_transaction_read_only=on" }), place.table);
    await assertRejects(() => reader.write(A, null), SessionError, "the database takes no writes");
    const elsewhere = storeOf(place.pool({ connectionString: urlOf("postgres", "nowhere") }), place.table);
    await assertRejects(() => elsewhere.read(), SessionError, "there is no such database");
    const nobody = storeOf(place.pool({ connectionString: urlOf("nobody", "postgres") }), place.table);
    await assertRejects(() => nobody.read(), SessionError, "the database refused the login");
  } finally {
    await pool.query(`DROP OWNED BY ${role}`);
    await pool.query(`DROP ROLE ${role}`);
  }
});
