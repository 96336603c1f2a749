import { assertEquals, assertThrows } from "@std/assert";
import { readText } from "./text_file.ts";

Deno.test("readText() reads UTF-8 of up to 16 MiB, and says only what is wrong with other files", async () => {
  const folder = await Deno.makeTempDir({ prefix: "SECRET" });
  const path = `${folder}/file`;
  const cases: [bytes: Uint8Array, outcome: string][] = [
    [new TextEncoder().encode("\ufeffż"), "ż"],
    [new Uint8Array(), ""],
    [new Uint8Array(16 * 2 ** 20).fill(32), " ".repeat(16 * 2 ** 20)],
    [new Uint8Array(16 * 2 ** 20 + 1).fill(32), "the file is larger than 16 MiB"],
    [Uint8Array.of(0xff), "the file is not UTF-8"],
  ];
  for (const [bytes, outcome] of cases) {
    await Deno.writeFile(path, bytes);
    let found: string;
    try {
      found = readText(path);
    } catch (error) {
      assertEquals(error instanceof TypeError, true);
      found = Object(error).message;
    }
    assertEquals(found === outcome, true, outcome.slice(0, 50));
  }
  await Deno.remove(path);
  const { message } = assertThrows(() => readText(path), TypeError);
  assertEquals(message, "there is no such file");
  assertEquals(assertThrows(() => readText(folder), TypeError).message, "the file cannot be read");
  await Deno.remove(folder);
});
