import { assertEquals } from "@std/assert";
import { fuzz } from "./fuzz.ts";

Deno.test("fuzz() finds nothing wrong with the gateway, and serves a valid client", async () => {
  const { own, served, faults } = await fuzz(1_000, 5);
  assertEquals(faults, []);
  assertEquals(served, 20);
  assertEquals([200, 400, 401, 404, 405, 413].filter((status) => !own.has(status)), []);
});
