import { generateKeyPairSync } from "node:crypto";
import { assertEquals, assertThrows } from "@std/assert";
import { formatHash, hashSecret, parseClientFile, parseClientLine, parseHash } from "./clients.ts";

const ONE = formatHash(hashSecret("one"));
const TWO = formatHash(hashSecret("two"));
const NOTHING = { label: undefined, trust: undefined, scopes: undefined, rate: undefined, expiresAt: undefined };

Deno.test("parseClientLine() takes clients between spaces, commas and line ends, with one hash or two", () => {
  const clients = parseClientLine(` a:${ONE},b:${ONE}:${TWO}\n\tc:${TWO} ,, \r\n`);

  assertEquals([...clients.keys()], ["a", "b", "c"]);
  assertEquals(clients.get("b"), { ...NOTHING, id: "b", hashes: [hashSecret("one"), hashSecret("two")] });
  assertEquals(parseClientLine(" , ").size, 0);
});

Deno.test("parseClientLine() names the client that is malformed, and quotes nothing of it", () => {
  const hash = "has a hash that is not valid: make one with deno task gateway:client";
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
  assertThrows(() => parseClientLine(`a:${ONE} a:${TWO}`), TypeError, "client 2 has an id that another one has");
});

Deno.test("parseClientFile() takes label, scopes, rate and expiry as well", () => {
  const clients = [
    { id: "a", hashes: [ONE] },
    { id: "b", label: "Notebooks", hashes: [ONE, TWO], rate: 5, expires: "2030-01-31T00:00:00Z" },
    { id: "c", hashes: [ONE], scopes: ["files:read", "series:read"] },
  ];

  assertEquals([...parseClientFile(JSON.stringify({ clients })).values()], [
    { ...NOTHING, id: "a", hashes: [hashSecret("one")] },
    {
      ...NOTHING,
      id: "b",
      label: "Notebooks",
      hashes: [hashSecret("one"), hashSecret("two")],
      rate: 5,
      expiresAt: Date.UTC(2030, 0, 31),
    },
    { ...NOTHING, id: "c", hashes: [hashSecret("one")], scopes: ["files:read", "series:read"] },
  ]);
});

Deno.test("parseClientFile() says what is wrong, and quotes nothing of it", () => {
  const one = (members: object) => JSON.stringify({ clients: [{ id: "a", hashes: [ONE], ...members }] });
  const cases: [string, string][] = [
    ["hunter2", "the file is not JSON"],
    ["[]", "the file must have a list named clients"],
    ['{"clients":{}}', "the file must have a list named clients"],
    ['{"clients":[null]}', "client 1 needs an id of 1 to 64 letters, digits and -._~"],
    [one({ hashes: ["hunter2"] }), "client 1 has a hash that is not valid: make one with deno task gateway:client"],
    [one({ hashes: [] }), "client 1 needs one hash, or two"],
    [one({ label: 7 }), "client 1 has a label that is not text"],
    ...[0, -1, 1.5, "5"].map((rate): [string, string] => [
      one({ rate }),
      "client 1 has a rate that is not a whole number from 1, of tokens in a minute",
    ]),
    ...[[], "files:read", ["hunter2"], ["files:read", "files:read"], [7], {}, null].map((scopes): [string, string] => [
      one({ scopes }),
      "client 1 has scopes that are not a list of one or more of files:read, series:read",
    ]),
    [one({ expires: "hunter2" }), "client 1 has an expires that is not a time such as 2030-01-31T00:00:00Z"],
    [
      one({ secret: "hunter2" }),
      "client 1 has a member besides id, label, hashes, assertion, jwks, scopes, rate, expires",
    ],
  ];
  for (const [text, why] of cases) {
    assertEquals(assertThrows(() => parseClientFile(text), TypeError).message, `Cannot use the clients: ${why}`, text);
  }
});

Deno.test("parseClientFile() takes a platform's subject, or keys of the client's own, in place of a secret", () => {
  const issuer = "https://oidc.example/id/1";
  const file = (...clients: object[]) => parseClientFile(JSON.stringify({ clients }));
  const jwk = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
  const clients = file(
    { id: "a", assertion: { issuer, subject: "s", claims: { n: 1 } } },
    { id: "b", assertion: { issuer, claims: { n: 2 }, maxLife: 86_400 } },
    { id: "c", jwks: { keys: [jwk] } },
    { id: "d", assertion: { issuer: "http://127.0.0.1:8080", subject: "s" } },
  );
  const trusts = [...clients.values()].map((
    { hashes, trust },
  ) => [hashes.length, trust?.issuer, trust?.subject, trust?.maxLife]);
  assertEquals(trusts, [[0, issuer, "s", 3_600], [0, issuer, undefined, 86_400], [0, "c", "c", 3_600], [
    0,
    "http://127.0.0.1:8080",
    "s",
    3_600,
  ]]);
  const why = (members: object, ...others: object[]) =>
    assertThrows(() => file({ id: "a", ...members }, ...others), TypeError).message.replace(
      /^Cannot use the clients: /,
      "",
    );
  const of = (members: object) =>
    why({ assertion: { issuer, subject: "s", ...members } }).replace("client 1 has an assertion ", "");
  for (
    const bad of [
      "",
      "oidc.example",
      "http://oidc.example",
      "https://u@oidc.example",
      "https://oidc.example?x",
      "https://OIDC.example",
      7,
    ]
  ) {
    assertEquals(
      of({ issuer: bad }),
      "whose issuer is not an https address such as https://issuer.example",
      String(bad),
    );
  }
  assertEquals(of({ subject: undefined }), "that every program of the platform has");
  assertEquals(of({ subject: undefined, claims: {} }), "that every program of the platform has");
  for (const subject of ["", 7, null]) assertEquals(of({ subject }), "whose subject is not text");
  for (const claims of [[], 7, null]) assertEquals(of({ claims }), "whose claims are not an object");
  assertEquals(of({ claims: { aud: "x" } }), "whose claims name one of iss, sub, aud, exp, nbf, iat, jti");
  for (const maxLife of [0, 86_401, 1.5, "60"]) {
    assertEquals(of({ maxLife }), "whose maxLife is not 1 to 86400");
  }
  assertEquals(of({ audience: "x" }), "with a member besides issuer, subject, claims, maxLife");
  const one = { assertion: { issuer, subject: "s", claims: { a: 1, b: { c: 2, d: 3 } } } };
  const same = { id: "b", assertion: { maxLife: 60, claims: { b: { d: 3, c: 2 }, a: 1 }, subject: "s", issuer } };
  assertEquals(why(one, same), "client 2 has an assertion that another one has");
  for (const ways of [{}, { ...one, hashes: [ONE] }, { ...one, jwks: { keys: [jwk] } }]) {
    assertEquals(why(ways), "client 1 needs one of hashes, assertion and jwks, and no other");
  }
  assertEquals(why({ jwks: { keys: [] } }), "client 1 has jwks without keys, or with over 8");
  const weak = generateKeyPairSync("rsa", { modulusLength: 1_024 }).publicKey.export({ format: "jwk" });
  for (const key of [{ ...jwk, d: "x" }, { kty: "oct", k: "AAAA" }, { ...jwk, x: "x" }, weak, {}, null]) {
    assertEquals(
      why({ jwks: { keys: [key] } }),
      "client 1 has a key that is not a public one of RSA (2048 bits), P-256 or Ed25519",
    );
  }
  assertEquals(why({ jwks: { keys: [jwk, jwk] } }), "client 1 has two keys with the same kid");
});

Deno.test("hashSecret() is SHA-256", () => {
  const hex = [...hashSecret("abc")].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  assertEquals(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

Deno.test("parseHash() gives back what formatHash() was given, and takes nothing else", () => {
  const hash = hashSecret("abc");
  const text = formatHash(hash);

  assertEquals(text, "sha256-ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  assertEquals(parseHash(text), new Uint8Array(hash));
  for (const other of ["", "abc", text.slice(7), `${text}=`, `${text.slice(0, -1)}1`, undefined, 7]) {
    assertEquals(parseHash(other), undefined, String(other));
  }
});
