/**
 * Runs one of the benches of the data package: `deno task bench:data download|sync|resume|ncsv`.
 */
const [name = "", ...args] = Deno.args;
if (!["download", "sync", "resume", "ncsv"].includes(name)) {
  console.error("usage: deno task bench:data download|sync|resume|ncsv");
  Deno.exit(2);
}
const program = new URL(`${name}.ts`, import.meta.url).pathname;
const { code } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", program, ...args] }).spawn().status;
Deno.exit(code);
