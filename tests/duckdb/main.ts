/**
 * Random tables read by `readNcsv` and by DuckDB's `read_csv`: both find the same cells, or both refuse the table.
 *
 *   deno task duckdb [--tables 200] [--seed 1]
 */
import { readNcsv } from "@xsignals/data/ncsv";
import { parseArgs } from "node:util";
import { type Random, seededRandom } from "../seeded_random.ts";

const DUCKDB = "npm:@duckdb/node-api@1.5.6-r.1"; // in no import map: nothing else needs its 70 MB

interface Written {
  readonly text: string;
  readonly lineEnd: string;
  readonly isDamaged: boolean;
}

/**
 * A table, in one of the ways that both are to read; half of them have a row that is too long or too short. DuckDB finds no
 * rows below some headers with quotes in them, and lets an open quote at the end pass: neither is written.
 */
function writeTable(random: Random): Written {
  const many = <T>(count: number, make: () => T) => Array.from({ length: count }, make);
  const unit = () => random.pick(["a", "0", " ", ";", '"', ",", "\n", "\r\n", "\t", "é", "🙂", "'", "\\"]);
  const cell = () => many(random.below(6), unit).join("");
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const write = (text: string) => /[",\n\r]|^\s|\s$/.test(text) || random.chance(0.3) ? quote(text) : text;
  const [columns, lineEnd] = [2 + random.below(4), random.pick(["\n", "\r\n"])];
  const header = many(columns, () => "").map((_, index) => write(`c${index}(S)`));
  const rows = many(1 + random.below(8), () => many(columns, () => write(cell())));
  const damage = random.below(4);
  const row = rows[random.below(rows.length)]!;
  if (damage === 0) row.push("more");
  if (damage === 1) row.splice(0, columns, "less");
  const text = [header, ...rows].map((cells) => cells.join()).join(lineEnd);
  return { text: `${random.pick(["", "\uFEFF"])}${text}${random.pick(["", lineEnd])}`, lineEnd, isDamaged: damage < 2 };
}

type Read = (table: Written) => Promise<unknown>;

const byUs: Read = async ({ text }) =>
  (await Array.fromAsync((await readNcsv(new Blob([text]).stream())).batches())).flat();

async function duckDb(path: string): Promise<Read> {
  const { DuckDBInstance } = await import(DUCKDB);
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  return async ({ text, lineEnd }) => {
    await Deno.writeTextFile(path, text);
    const { columns } = await readNcsv(new Blob([text]).stream());
    const types = columns.map((_, index) => `'${index}': 'VARCHAR'`).join();
    const table = await connection.runAndReadAll(
      `select * from read_csv('${path}', auto_detect=false, header=true, delim=',', quote='"', escape='"', columns={${types}},
       new_line='${JSON.stringify(lineEnd).slice(1, -1)}', parallel=false)`,
    );
    return table.getRowsJS().map((row: (string | null)[]) => row.map((cell) => cell ?? ""));
  };
}

const number = { type: "string" } as const;
const { values } = parseArgs({ options: { tables: number, seed: number } });
const [tables, seed] = [Number(values.tables ?? 200), Number(values.seed ?? 1)];
const random = seededRandom(seed);
const path = await Deno.makeTempFile({ suffix: ".csv" });
const byDuckDb = await duckDb(path);
const counts = { same: 0, refused: 0, differ: 0 };
for (let index = 0; index < tables; index++) {
  const table = writeTable(random);
  const [ours, theirs] = await Promise.all([byUs, byDuckDb].map((read) => read(table).catch(() => "refused")));
  const [our, their] = [ours, theirs].map((read) => JSON.stringify(read));
  const isRight = our === their && table.isDamaged === (ours === "refused");
  counts[!isRight ? "differ" : table.isDamaged ? "refused" : "same"]++;
  if (!isRight) console.error(JSON.stringify(table), our, their);
}
await Deno.remove(path);
console.log(`seed ${seed}: ${JSON.stringify(counts)}`);
Deno.exit(counts.differ === 0 && counts.same * counts.refused > 0 ? 0 : 1);
