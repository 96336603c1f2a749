import { assert, assertEquals } from "@std/assert";
import { openStage } from "../stage_test.ts";
import { words } from "./tried_test.ts";

Deno.test("probe prints a table on a terminal, a value a line with --json, and CSV", async () => {
  await using stage = await openStage({ assumptions: { etag: "weak" } });
  const args = ["probe", "-o", "DIR/probe.json"];
  const table = await stage.run(args, { terminal: 120, answers: ["y"] });
  assertEquals(table.code, 0, table.stderr);
  assert(
    /^SAME +QUESTION +PRESUMED +FOUND\n(NO .*\n)*NO +ETag of files +strong +weak\n/.test(table.stdout),
    table.stdout,
  );
  const json = await stage.run([...args, "--yes", "--json"]);
  const rows = json.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const etag = { name: "etag", same: "NO", question: "ETag of files", presumed: "strong", found: "weak" };
  assertEquals(rows.find(({ name }) => name === "etag"), etag);
  const csv = await stage.run([...args, "--yes", "--csv", "--quiet"]);
  assertEquals([csv.stdout.split("\n")[0], csv.stderr], ["same,question,presumed,found", ""]);
});

Deno.test("probe refuses wrong flags, and a file that it could not write, before anything is sent", async () => {
  await using stage = await openStage();
  const wrong: [args: string[], code: number, message: RegExp][] = [
    [["probe"], 2, /probe without --yes/],
    [["probe", "--yes", "-o", "-"], 2, /-o -/],
    [["probe", "--yes", "more"], 2, /too many/],
    [
      ["probe", "--yes", "-o", "DIR/none/probe.json"],
      1,
      /Cannot write DIR\/none\/probe\.json: there is no such folder/,
    ],
    [["probe", "--yes", "-o", "DIR"], 1, /Cannot write DIR: it is a folder/],
    [["probe", "--yes", "--output="], 2, /Cannot use -o: it must be the path of a file/],
  ];
  for (const [args, code, message] of wrong) {
    const ran = await stage.run(args);
    assertEquals([ran.code, ran.stdout], [code, ""], ran.stderr);
    assert(message.test(ran.stderr), ran.stderr);
  }
  const nobody = await stage.run(["probe", "--yes"], { env: {} });
  assertEquals([nobody.code, stage.calls()], [4, []]);
});

Deno.test("probe has two examples in --help, and they run", async () => {
  await using stage = await openStage();
  const help = await stage.run(["probe", "--help"]);
  const [, examples = ""] = /\nExamples:\n([^]*)$/.exec(help.stdout) ?? [];
  const lines = examples.trim().split("\n").map((line) => line.trim());
  assertEquals([help.code, lines.length], [0, 2], help.stdout);
  const before = Deno.cwd();
  try {
    Deno.chdir(stage.folder);
    for (const line of lines) {
      const { code, stderr } = await stage.run(words(line.replace("xsignals ", "")), { answers: ["yes"] });
      assertEquals(code, 0, stderr);
    }
  } finally {
    Deno.chdir(before);
  }
  const written = [...Deno.readDirSync(stage.folder)].map(({ name }) => name).sort();
  assertEquals(written, ["found.json", "probe.json"]);
});
