/**
 * `deno task bench:peers [--quick] [name…]`: sessions of other libraries, and token endpoints of other servers, beside ours.
 *
 * Prints the tables. A full run also puts them into `results.md`, and the numbers themselves into `report/peers.json`.
 */
import { parseArgs } from "node:util";
import { runCommand } from "../../tests/runtimes/command.ts";
import { hasProgram } from "../../tests/has_program.ts";
import { choose, SUBJECTS } from "./catalogue.ts";
import { FULL, measure, QUICK } from "./measure.ts";
import { replaceTables, type Results, tablesOf } from "./report.ts";
import { TOKEN_SERVERS } from "./token_servers.ts";

if (import.meta.main) {
  const { values: { quick: isQuick }, positionals } = parseArgs({
    args: Deno.args,
    options: { quick: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const names = [...new Set([...SUBJECTS.map(({ file }) => file), ...TOKEN_SERVERS.map(({ id }) => id)])];
  if (positionals.some((name) => !names.includes(name))) {
    console.error(`usage: deno task bench:peers [--quick] [name…]\nnames: ${names.join(", ")}`);
    Deno.exit(2);
  }
  const subjects = choose(SUBJECTS, ({ file }) => file, positionals);
  const servers = choose(TOKEN_SERVERS, ({ id }) => id, positionals);
  if (servers.length > 0 && !hasProgram("wrk")) {
    console.error("Cannot load the token endpoints: PATH has no wrk; install it (on Debian: apt-get install wrk)");
    Deno.exit(1);
  }
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const tell = (what: string) => console.error(`${seconds().toFixed(0).padStart(4)} s  ${what}`);
  const measured = await measure(subjects, servers, isQuick ? QUICK : FULL, tell);
  tell("done");
  const results: Results = {
    run: {
      date: new Date().toISOString().slice(0, 10),
      minutes: (seconds() / 60).toFixed(0),
      cores: String(navigator.hardwareConcurrency),
      "memory, GiB": (Deno.systemMemoryInfo().total / 2 ** 30).toFixed(0),
      system: `${Deno.build.os}, ${Deno.build.arch}`,
      Deno: Deno.version.deno,
      Node: (await runCommand(["node", "--version"])).trim().slice(1),
    },
    ...measured,
  };
  const tables = tablesOf(results);
  for (const [title, table] of tables) console.log(`\n## ${title}\n\n${table}`);
  if (!isQuick && positionals.length === 0) {
    const [folder, page] = [new URL("../../report/", import.meta.url), new URL("results.md", import.meta.url)];
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(new URL("peers.json", folder), `${JSON.stringify(results)}\n`);
    await Deno.writeTextFile(page, replaceTables(await Deno.readTextFile(page), tables));
    await runCommand([Deno.execPath(), "fmt", "--quiet", page.pathname]);
  }
}
