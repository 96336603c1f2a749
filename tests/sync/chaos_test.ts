import { assertEquals } from "@std/assert";
import { madeContent } from "@xsignals/emulator";
import { findTorn } from "./chaos.ts";

Deno.test("findTorn() finds a file that is short, one that is long, and one with a wrong byte", async () => {
  const folder = await Deno.makeTempDir();
  const whole = madeContent(1_000).chunk(0).slice(0, 1_000);
  const wrong = whole.with(999, 7);
  const files = {
    whole,
    short: whole.slice(0, 999),
    long: new Uint8Array([...whole, 0]),
    wrong,
    empty: new Uint8Array(),
  };
  for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${folder}/${name}`, bytes);
  const sizes = new Map(Object.keys(files).map((name) => [name, 1_000]));
  assertEquals((await findTorn(folder, sizes)).sort(), ["empty", "long", "short", "wrong"]);
  await Deno.remove(folder, { recursive: true });
});
