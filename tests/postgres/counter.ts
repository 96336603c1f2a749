/**
 * A process that counts the record up, for a test: `counter.ts URL TABLE TIMES ISOLATION_LEVEL`.
 *
 * The record is one byte; every count is one write over the version that was read.
 */
import { postgresStore } from "@xsignals/session/postgres";
import pg from "pg";

if (import.meta.main) {
  const [connectionString, table, times, level = ""] = Deno.args;
  const options = `-c default_transaction_isolation=${level.replace(" ", "\\ ")}`;
  const pool = new pg.Pool({ connectionString, options, max: 2 });
  const store = postgresStore((text, values) => pool.query(text, values), { table });
  for (let done = 0; done < Number(times);) {
    const entry = await store.read();
    if (entry === null) throw new Error("Cannot count: the record is gone");
    if (await store.write(Uint8Array.of(entry.data[0]! + 1), entry.version) !== false) done++;
  }
  await pool.end();
}
