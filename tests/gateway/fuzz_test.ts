import { assertEquals } from "@std/assert";
import { fuzz } from "./fuzz_run.ts";

Deno.test("fuzz() finds nothing wrong with the gateway, and serves a valid client", async () => {
  const { app, served, faults } = await fuzz({ requests: 1_000, seed: 5 });
  assertEquals(faults, []);
  assertEquals(served, 20);
  assertEquals([200, 400, 401, 404, 405, 413].filter((status) => !app.has(status)), []);
});
