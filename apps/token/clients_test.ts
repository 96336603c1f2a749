import { assertEquals, assertThrows } from "@std/assert";
import { formatHash, hashSecret } from "./client_hash.ts";
import { parseClientFile, parseClientLine } from "./clients.ts";

const ONE = formatHash(hashSecret("one"));
const TWO = formatHash(hashSecret("two"));

Deno.test("parseClientLine() takes clients between spaces, commas and line ends, with one hash or two", () => {
  const clients = parseClientLine(` a:${ONE},b:${ONE}:${TWO}\n\tc:${TWO} ,, \r\n`);

  assertEquals([...clients.keys()], ["a", "b", "c"]);
  assertEquals(clients.get("b"), { id: "b", hashes: [hashSecret("one"), hashSecret("two")] });
  assertEquals(parseClientLine(" , ").size, 0);
});

Deno.test("parseClientLine() names the client that is malformed, and quotes nothing of it", () => {
  const hash = "has what is no hash: make one with deno task token:client";
  const cases: [string, string][] = [
    ["hunter2", "needs one hash, or two"],
    ["a:", hash],
    [`:${ONE}`, "needs an id of 1 to 64 letters, digits and -._~"],
    ["a:hunter2", hash],
    [`a:${ONE}x`, hash],
    [`a:${ONE.slice(0, -1)}`, hash],
    [`a:${ONE.slice(0, -1)}-`, hash], // bits that no hash has
    [`a:${ONE}:${TWO}:${ONE}`, "needs one hash, or two"],
    [`a%3A:${ONE}`, "needs an id of 1 to 64 letters, digits and -._~"],
    [`${"a".repeat(65)}:${ONE}`, "needs an id of 1 to 64 letters, digits and -._~"],
  ];
  for (const [bad, why] of cases) {
    const error = assertThrows(() => parseClientLine(`fine:${ONE} ${bad}`), TypeError);
    assertEquals(error.message, `Cannot use the clients: client 2 ${why}`, bad);
  }
  assertThrows(() => parseClientLine(`a:${ONE} a:${TWO}`), TypeError, "the id of client 2 is there twice");
});

Deno.test("parseClientFile() takes label, rate and expiry as well", () => {
  const clients = [
    { id: "a", hashes: [ONE] },
    { id: "b", label: "Notebooks", hashes: [ONE, TWO], rate: 5, expires: "2030-01-31T00:00:00Z" },
  ];

  assertEquals([...parseClientFile(JSON.stringify({ clients })).values()], [
    { id: "a", hashes: [hashSecret("one")] },
    {
      id: "b",
      label: "Notebooks",
      hashes: [hashSecret("one"), hashSecret("two")],
      rate: 5,
      expiresAt: Date.UTC(2030, 0, 31),
    },
  ]);
});

Deno.test("parseClientFile() says what is wrong, and quotes nothing of it", () => {
  const one = (members: object) => JSON.stringify({ clients: [{ id: "a", hashes: [ONE], ...members }] });
  const cases: [string, string][] = [
    ["hunter2", "the file is no JSON"],
    ["[]", "the file has no list named clients"],
    ['{"clients":{}}', "the file has no list named clients"],
    ['{"clients":[null]}', "client 1 needs an id of 1 to 64 letters, digits and -._~"],
    [one({ hashes: ["hunter2"] }), "client 1 has what is no hash: make one with deno task token:client"],
    [one({ hashes: [] }), "client 1 needs one hash, or two"],
    [one({ label: 7 }), "client 1 has a label that is no text"],
    ...[0, -1, 1.5, "5"].map((rate): [string, string] => [
      one({ rate }),
      "client 1 has a rate that is no whole number of tokens in a minute, from 1",
    ]),
    [one({ expires: "hunter2" }), "client 1 has an expires that is no date such as 2030-01-31T00:00:00Z"],
    [one({ secret: "hunter2" }), "client 1 has a member besides id, label, hashes, rate, expires"],
  ];
  for (const [text, why] of cases) {
    assertEquals(assertThrows(() => parseClientFile(text), TypeError).message, `Cannot use the clients: ${why}`, text);
  }
});
