import { assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import { hashSecret } from "./client_hash.ts";
import { parseClientFile, parseClientLine } from "./clients.ts";
import { newClient } from "./new_client.ts";

Deno.test("newClient() makes a secret of 256 bits, and what to configure has its hash only", () => {
  const { secret, line, entry } = newClient("notebook");

  assertMatch(secret, /^[\w-]{43}$/);
  assertEquals(`${line} ${entry}`.includes(secret), false);
  const expected = { id: "notebook", hashes: [hashSecret(secret)] };
  assertEquals(parseClientLine(line).get("notebook"), expected);
  assertEquals(parseClientFile(`{"clients":[${entry}]}`).get("notebook"), expected);
  assertNotEquals(newClient("notebook").secret, secret);
});

Deno.test("newClient() refuses an id that cannot be used", () => {
  for (const id of ["", "a b", "a:b", "a,b", "é", "a".repeat(65), newClient("a").line]) {
    assertThrows(() => newClient(id), TypeError, "needs an id");
  }
});
