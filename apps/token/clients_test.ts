import { assertEquals, assertFalse, assertThrows } from "@std/assert";
import { hashSecret, parseClients } from "./clients.ts";

Deno.test("parseClients() takes pairs between spaces, commas and line ends", () => {
  const clients = parseClients(" a:1,b:2\n\tc:3 ,, d:4\r\n");

  assertEquals([...clients.keys()], ["a", "b", "c", "d"]);
  assertEquals(clients.get("c"), { id: "c", secretHash: hashSecret("3") });
});

Deno.test("parseClients() undoes the encoding, so that every character can stand in an id or a secret", () => {
  const clients = parseClients("a%2Cb+c%3A:%C3%A9%25%3A%2B");

  assertEquals([...clients.values()], [{ id: "a,b c:", secretHash: hashSecret("é%:+") }]);
});

Deno.test("parseClients() keeps no secret", () => {
  assertFalse(Deno.inspect(parseClients("client:swordfish"), { depth: 9 }).includes("swordfish"));
});

Deno.test("parseClients() names the pair that is malformed and quotes none", () => {
  const cases = ["hunter2", "a:", ":hunter2", "a:hunter2:c", "a:%zz", "%ff:hunter2", "a:hunter2%00", "a%0A:hunter2"];
  for (const bad of cases) {
    const error = assertThrows(() => parseClients(`fine:one ${bad}`), TypeError);
    assertEquals(
      error.message,
      "Cannot use the clients: pair 2 is not id:secret, both form-encoded and not empty",
      bad,
    );
  }
});

Deno.test("parseClients() refuses an id twice, and no client at all", () => {
  assertThrows(() => parseClients("a:1 %61:2"), TypeError, "the id of pair 2 is there twice");
  assertThrows(() => parseClients(" , "), TypeError, "there is none");
});

Deno.test("hashSecret() is SHA-256", () => {
  const hex = [...hashSecret("abc")].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  assertEquals(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
