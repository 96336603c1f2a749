import { assertEquals } from "@std/assert";
import { deadConnections } from "./dead_connection.ts";

Deno.test("createSession() needs no connection of the pool for a token call, in Deno and in Bun (found 120)", async () => {
  const lines = await deadConnections();
  assertEquals(lines.length, 32);
  for (const [call, connection, runtime, reached, told] of lines) {
    // A password that was changed is followed by another change, all the rest by nothing.
    assertEquals([reached, told], [call === "changePassword" ? 2 : 1, "done"], `${call}, ${connection}, ${runtime}`);
  }
});
