import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { packageFacts, triedRuntimes } from "./score.ts";
import { descriptionOf, type PackageFacts, scoreFactors } from "./score_factors.ts";

const FACTS: PackageFacts = {
  name: "@scope/name",
  license: "MIT",
  readme:
    "# @scope/name\n\nA `fetch` of sorts,\nand more. Unofficial: nobody's. No dependency.\n\n```ts ignore\nx();\n```\n",
  docs: {
    ".": { module_doc: { doc: "All of it." }, symbols: [] },
    "./other": {
      module_doc: { doc: "The other." },
      symbols: [{
        name: "f",
        declarations: [
          {
            location: { filename: "f.ts", line: 1 },
            declarationKind: "export",
            kind: "function",
            jsDoc: { doc: "Does." },
          },
          {
            location: { filename: "f.ts", line: 2 },
            declarationKind: "export",
            kind: "function",
            def: { hasBody: true },
          },
        ],
      }],
    },
  },
  obstacles: "",
  runtimes: ["Deno", "Node.js"],
  workflow: "permissions:\n  id-token: write\njobs:\n  publish:\n    steps:\n      - run: deno publish\n",
};

/** What is missing when this much is otherwise. */
function missingWith(changed: Partial<PackageFacts>): string[] {
  return scoreFactors({ ...FACTS, ...changed }).filter(({ missing }) => missing).map(({ name }) => name);
}

Deno.test("scoreFactors() gives all of JSR's points where nothing is missing", () => {
  const factors = scoreFactors(FACTS);
  assertEquals(factors.filter(({ missing }) => missing), []);
  assertEquals(factors.reduce((sum, { points }) => sum + points, 0), 18);
  assertEquals(factors.flatMap(({ setByHand }) => setByHand ?? []), [
    "Description: A fetch of sorts, and more. Unofficial: nobody's.",
    'Runtime compatibility, "Supported": Deno, Node.js',
  ]);
});

Deno.test("scoreFactors() tells each factor that is missing", () => {
  const { readme, docs, workflow } = FACTS;
  const symbol = docs["./other"]?.symbols[0];
  const [declaration] = symbol?.declarations ?? [];
  assertEquals(missingWith({ readme: readme.replace("# @scope/name", "# Name") }), ["a README"]);
  assertEquals(missingWith({ readme: readme.replace("```ts", "```sh") }), ["an example in the README"]);
  assertEquals(missingWith({ docs: { ...docs, "./other": { symbols: [] } } }), ["module docs in every entry point"]);
  assertEquals(
    missingWith({
      docs: {
        ".": { module_doc: { doc: "x" }, symbols: [{ name: "f", declarations: [{ ...declaration!, jsDoc: {} }] }] },
      },
    }),
    ["docs for every symbol"],
  );
  assertEquals(missingWith({ obstacles: "error[missing-explicit-type]" }), ["no slow types"]);
  assertEquals(missingWith({ readme: readme.replace("Unofficial: nobody's.", "") }), ["a description"]);
  assertEquals(missingWith({ readme: readme.replace("sorts", "sorts".repeat(60)) }), ["a description"]);
  assertEquals(missingWith({ runtimes: ["Deno"] }), ["one compatible runtime, and another"]);
  assertEquals(missingWith({ workflow: workflow.replace("id-token: write", "id-token: none") }), ["provenance"]);
  assertEquals(missingWith({ workflow: workflow.replace("deno publish", "deno publish --no-provenance") }), [
    "provenance",
  ]);
  assertEquals(missingWith({ workflow: workflow.replace("deno publish", "deno check") }), ["provenance"]);
  assertEquals(missingWith({ license: undefined }), ["a licence"]);
});

Deno.test("descriptionOf() is empty without a first paragraph", () => {
  assertEquals(descriptionOf("# name\n"), "");
});

Deno.test("packageFacts() finds slow types", async () => {
  const directory = await Deno.makeTempDir();
  const write = (path: string, text: string) => Deno.writeTextFile(`${directory}/${path}`, text);
  await write("deno.json", '{ "name": "@scope/name", "version": "1.0.0", "license": "MIT", "exports": "./mod.ts" }');
  await write("README.md", FACTS.readme);
  await write("mod.ts", "/** A number. */\nexport const number = Math.random();\n");
  const { obstacles, docs } = await packageFacts(new URL(`file://${directory}/`), []);
  assertStringIncludes(obstacles, "missing-explicit-type");
  assertEquals(Object.keys(docs), ["."]);
  await write("mod.ts", "/** A number. */\nexport const number: number = Math.random();\n");
  assertEquals((await packageFacts(new URL(`file://${directory}/`), [])).obstacles, "");
  await Deno.remove(directory, { recursive: true });
});

Deno.test("triedRuntimes() are those that the packed packages run in", () => {
  assertEquals(triedRuntimes("session"), ["Deno", "Node.js", "Bun", "Cloudflare Workers"]);
  assertEquals(triedRuntimes("emulator"), ["Deno", "Node.js", "Bun"]);
});

Deno.test("score.ts finds nothing missing in the published packages", async () => {
  const { code, stdout } = await new Deno.Command("deno", {
    args: ["run", "--no-prompt", "--allow-read", "--allow-run=deno", new URL("score.ts", import.meta.url).pathname],
  }).output();
  const printed = new TextDecoder().decode(stdout);
  assertEquals(code, 0, printed);
  assertMatch(printed, /^(@xsignals\/\w+: 18 of 18 points\n {2}by hand: .+\n {2}by hand: .+\n){3}$/);
});
