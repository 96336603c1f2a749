import { assertEquals, assertThrows } from "@std/assert";
import { withoutLinks } from "./without_links.ts";

const LINKS = '  "links": [\n    "./scripts/std-assert"\n  ],\n';

Deno.test("withoutLinks() changes nothing but the links of deno.json, and keeps its form", async () => {
  const config = await Deno.readTextFile(new URL("../deno.json", import.meta.url));
  const without = config.replace(LINKS, "");
  assertEquals(withoutLinks(without.replace("{\n", `{\n${LINKS}`)), without);
});

Deno.test("withoutLinks() fails where there are none, for then the stand-in is used in some other way", () => {
  assertThrows(() => withoutLinks("{}"), Error, "Cannot delete the links");
});
