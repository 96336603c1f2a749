import { ASSUMPTION_VALUES } from "@xsignals/emulator";
import { assertEquals } from "@std/assert";
import { QUESTIONS } from "./questions.ts";

/** What a probe sees besides the emulator's assumptions. */
const OTHERS = [
  "accessTokenLifetime",
  "correctionsText",
  "fileOrder",
  "linkHost",
  "linkLifetime",
  "symbolPaging",
  "tokenCaching",
  "totalSize",
  "versions",
];

Deno.test("QUESTIONS has every assumption of the emulator with its values, the presumed one first, and no other", () => {
  const asked = QUESTIONS.filter(({ name }) => !OTHERS.includes(name));
  assertEquals(Object.fromEntries(asked.map(({ name, values }) => [name, values])), { ...ASSUMPTION_VALUES });
  assertEquals(QUESTIONS.length - asked.length, OTHERS.length);
});

Deno.test("QUESTIONS has lines that fit into a terminal, and an own name and text each", () => {
  for (const texts of [QUESTIONS.map(({ name }) => name), QUESTIONS.map(({ about }) => about)]) {
    assertEquals(new Set(texts).size, QUESTIONS.length);
  }
  assertEquals(QUESTIONS.filter(({ about }) => about.length > 36), []);
});
