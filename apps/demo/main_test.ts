import { assert, assertEquals } from "@std/assert";
import { demo } from "./main.ts";

/** What must never be shown: passwords, secrets, tokens, and the signature of a link. */
const SECRETS = /another password|client-secret|notebookSecret|eyJ|X-Amz|: a password|=/;

for (const [all, steps] of [[false, 8], [true, 21]] as const) {
  Deno.test(`demo() with all=${all} tells every step and what to try next, and shows no secret (found 184)`, async () => {
    const lines: string[] = [];
    const progress: string[] = [];
    const code = await demo({ print: (line) => lines.push(line), show: (text) => progress.push(text) }, all);
    const text = lines.join("\n");
    assertEquals([code, lines.filter((line) => /^[ \d]\d {2}/.test(line)).length], [0, steps], text);
    assertEquals(SECRETS.exec(text + progress.join()), null, text);

    assert(lines.length <= (all ? 38 : 19), text);
    assert(text.includes("active_orders") || text.includes("trades.csv"), "it shows files");
    assert(text.includes("000012044  2024-03-05T16:00:00"), "it shows prices");
    assert(progress.some((line) => / % of 9 MB$/.test(line)), "it shows how far a download is");

    const next = lines.slice(lines.indexOf("demo: ok") + 1);
    assertEquals(next.length, all ? 2 : 3);
    const { tasks } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
    for (const line of next) assert(/deno task (\S+)/.exec(line)![1]! in tasks, line);
  });
}

Deno.test("demo() says in one line that it can make no folder", async () => {
  const before = Deno.env.get("TMPDIR");
  const lines: string[] = [];
  Deno.env.set("TMPDIR", new URL(import.meta.url).pathname);
  try {
    assertEquals(await demo({ print: (line) => lines.push(line), show() {} }), 1);
  } finally {
    if (before === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", before);
  }
  assertEquals([lines.length, lines[0]?.includes("set TMPDIR to a folder")], [1, true], lines.join());
});
