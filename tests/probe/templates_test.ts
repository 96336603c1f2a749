/** The forms in `.github/ISSUE_TEMPLATE`, by GitHub's rules: it drops a form that breaks one, without a word. */
import { assert, assertEquals } from "@std/assert";
import { parse } from "yaml";

const FOLDER = new URL("../../.github/ISSUE_TEMPLATE/", import.meta.url);

for (const { name } of Deno.readDirSync(FOLDER)) {
  Deno.test(`${name} is a form that GitHub takes`, async () => {
    const { body, ...head } = parse(await Deno.readTextFile(new URL(name, FOLDER)));
    assertEquals(Object.keys(head).filter((key) => !["name", "description", "title", "labels"].includes(key)), []);
    assert(head.name && head.description && Array.isArray(body) && body.length > 0);
    for (const { type, id, attributes: { label, description, render, ...others }, validations } of body) {
      assertEquals([type, Object.keys(others), Object.keys(validations)], ["textarea", [], ["required"]]);
      assert(/^[\w-]+$/.test(id) && label && description && ["text", "json", undefined].includes(render));
    }
    for (const member of ["id", "attributes.label"]) {
      const values = body.map((one: Record<string, unknown>) =>
        member.split(".").reduce<unknown>((of, name) => Object(of)[name], one)
      );
      assertEquals(new Set(values).size, values.length, `${member} must be unique`);
    }
  });
}

Deno.test("the pull-request template has five lines, and the editor's settings switch Deno on", async () => {
  const read = (path: string) => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
  assertEquals((await read(".github/pull_request_template.md")).trimEnd().split("\n").length, 5);
  assertEquals(JSON.parse(await read(".vscode/settings.json"))["deno.enable"], true);
});
