/** docs/probe.md has every question that the probe asks, in its words. */
import { assertEquals } from "@std/assert";
import { createEmulator } from "@xsignals/emulator";
import { fakeClock } from "@xsignals/session/testing";
import { readPage, rowsOf } from "../docs/markdown.ts";
import { openPlace } from "./probing.ts";

Deno.test("docs/probe.md has every question, what is presumed, and why some are not asked", async () => {
  await using place = await openPlace(fakeClock());
  const env = { XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };
  await place.run(["probe", "--yes", "-o", place.path], createEmulator().fetch, env);
  const { findings } = (await place.report())!;
  const page = readPage(await Deno.readTextFile(new URL("../../docs/probe.md", import.meta.url)));
  const asked = rowsOf(page, 4).filter(([name]) => name!.startsWith("`")).map((
    [name, about, presumed],
  ) => [name, about, presumed]);
  const never = rowsOf(page, 3).filter(([name]) => /^`\w+`$/.test(name!));
  const names = never.map(([name]) => name);
  const told = findings.map(({ name, question, presumed, why }) =>
    names.includes(`\`${name}\``) ? [`\`${name}\``, question, why] : [`\`${name}\``, question, presumed]
  );
  assertEquals([...asked, ...never].sort(), told.sort());
});
