import { assertEquals } from "@std/assert";
import { needing } from "../has_program.ts";
import { fuzz } from "./fuzz_run.ts";

for (const mode of ["gateway", "passthrough"] as const) {
  const name = `fuzz() finds nothing wrong with the token app as a ${mode}, and serves a valid client`;
  Deno.test(needing(["bash"], name), async () => {
    const { app, served, faults } = await fuzz({ mode, requests: 1_000, seed: 5 });
    assertEquals(faults, []);
    assertEquals(served, 20);
    assertEquals([200, 400, 401, 404, 405, 413].filter((status) => !app.has(status)), []);
  });
}
