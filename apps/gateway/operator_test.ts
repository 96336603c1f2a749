import { Buffer } from "node:buffer";
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { formatHash, hashSecret, parseClientFile, parseClientLine } from "./clients.ts";
import { operate } from "./operator.ts";
import { makeKeys, serveIssuer, sign } from "./testing/test_issuer.ts";
import { runApp, runToEnd, serveUpstream } from "./testing/run_app.ts";

async function run(...args: string[]): Promise<{ code: number; lines: string[]; errors: string[] }> {
  const lines: string[] = [];
  const errors: string[] = [];
  const output = { log: (line: string) => void lines.push(line), error: (line: string) => void errors.push(line) };
  return { code: await operate(args, new Map(), output), lines, errors };
}

/** What is after the colon of each line. */
async function addClient(id: string): Promise<{ secret: string; line: string; entry: string; text: string }> {
  const { code, lines, errors } = await run("client", "add", id);
  assertEquals([code, lines.length, errors], [0, 3, []]);
  const [secret = "", line = "", entry = ""] = lines.map((one) => one.replace(/^[^:]*: +/, ""));
  return { secret, line, entry, text: lines.join("\n") };
}

Deno.test("operate() makes a client with a secret of 256 bits, shown once; what to configure has its hash only", async () => {
  const { secret, line, entry, text } = await addClient("notebook");

  assertMatch(secret, /^[\w-]{43}$/);
  assertEquals(text.split(secret).length, 2);
  assertEquals(line, `notebook:${formatHash(hashSecret(secret))}`);
  for (const clients of [parseClientLine(line), parseClientFile(`{"clients":[${entry}]}`)]) {
    assertEquals(clients.get("notebook")?.hashes, [hashSecret(secret)]);
  }
  assertNotEquals((await addClient("notebook")).secret, secret);
});

Deno.test("operate() refuses an id that cannot be used", async () => {
  for (const id of ["", "a b", "a:b", "a,b", "é", "a".repeat(65)]) {
    const { code, lines, errors } = await run("client", "add", id);
    assertEquals([code, lines, errors.length], [1, [], 1], id);
    assertMatch(errors[0]!, /^Cannot use the clients: .*needs an id/);
  }
});

Deno.test("operate() makes a key of 256 bits", async () => {
  const [first, second] = [await run("key"), await run("key")];

  assertMatch(first.lines.join("\n"), /^[\w-]{43}$/);
  assertNotEquals(first.lines, second.lines);
});

Deno.test("operate() ends with 2 and one line when it is used wrongly", async () => {
  for (const args of [[], ["client"], ["client", "add"], ["client", "add", "a", "b"], ["key", "a"], ["logout", "a"]]) {
    const { code, lines, errors } = await run(...args);
    assertEquals([code, lines, errors.length], [2, [], 1], args.join(" "));
    assertMatch(errors[0]!, /^usage: /);
  }
});

Deno.test("operate() ends the account's session that the gateway left in the store", async () => {
  await using upstream = await serveUpstream();
  const directory = await Deno.makeTempDir();
  const key = Buffer.from(hashSecret("a key")).toString("base64url");
  const store = { GATEWAY_STORE: `kv:${directory}/kv`, GATEWAY_SIGNING_KEY: key, GATEWAY_STORE_KEYS: key };
  const env = { ...upstream.env, ...store };
  {
    await using app = await runApp(["run", "-A", "--unstable-kv", "main.ts"], env);
    const { access_token } = await (await app.ask()).json();
    const answer = await fetch(`${app.origin}/api/file/group`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    assertEquals((await answer.json()).totalSize, 3);
  }
  const { code, text } = await runToEnd(["run", "-A", "--unstable-kv", "operator.ts", "logout"], env);

  assertEquals([code, text], [
    0,
    "The account's session has ended\n",
  ]);
  assertEquals(upstream.emulator.log.map(({ path }) => path), ["/auth/login", "/file/group", "/auth/logout"]);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("operate() says why it cannot end the session, and shows no secret", async () => {
  const upstream = await serveUpstream();
  const cases: [Record<string, string>, RegExp][] = [
    [{}, /^Cannot end the session: GATEWAY_STORE is not set, and it is in the gateway's memory only\n$/],
    [{ GATEWAY_STORE: "swordfish" }, /^Cannot use GATEWAY_STORE: [^\n]*\n$/],
  ];
  for (const [variables, message] of cases) {
    const { code, text } = await runToEnd(["run", "-A", "operator.ts", "logout"], { ...upstream.env, ...variables });
    assertEquals(code, 1);
    assertMatch(text, message);
    assertEquals(text.includes("swordfish"), false);
  }
  await upstream[Symbol.asyncDispose]();
});

Deno.test("operate() says which client would take a platform's token, and if none, why", async () => {
  const keys = await makeKeys("1");
  await using issuer = serveIssuer([keys]);
  const file = await Deno.makeTempFile();
  const own = await makeKeys("own");
  const edge = { issuer: issuer.origin, subject: "app", claims: { org: "1" } };
  const clients = [{ id: "edge", assertion: edge }, { id: "batch", jwks: { keys: [own.jwk] } }];
  await Deno.writeTextFile(file, JSON.stringify({ clients }));
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer.origin, sub: "app", aud: "https://gateway.example", org: "1", iat: now, exp: now + 60 };
  const check = async (text: string) => {
    const env = new Map([["GATEWAY_CLIENTS_FILE", file], ["GATEWAY_ISSUER", "https://gateway.example"]]);
    const lines: string[] = [];
    const output = { log: (line: string) => void lines.push(line), error: (line: string) => void lines.push(line) };
    return [await operate(["client", "check"], env, output, () => Promise.resolve(`${text}\n`)), ...lines];
  };
  const batch = { ...claims, iss: "batch", sub: "batch" };
  assertEquals(await check(await sign(keys, claims)), [0, "edge takes this token of app"]);
  assertEquals(await check(await sign(own, batch)), [0, "batch takes this token of batch"]);
  const iss = `batch: iss must be "batch", and is "${issuer.origin}"`;
  assertEquals(await check(await sign(keys, { ...claims, org: 1 })), [
    1,
    "No client takes this token: no_entry",
    'edge: org must be "1", and is 1',
    iss,
  ]);
  assertEquals(await check(await sign(keys, { ...claims, aud: "https://gateway.example/" })), [
    1,
    "No client takes this token: wrong_audience",
    'edge: aud must be "https://gateway.example", and is "https://gateway.example/"',
    iss,
  ]);
  assertEquals(
    (await check(await sign(keys, { ...claims, sub: "other" })))[2],
    'edge: sub must be "app", and is "other"',
  );
  assertEquals((await check("hunter2"))[1], "No client takes this token: not_a_jwt");
  issuer.spoil = () => new Response(null, { status: 404 });
  const host = new URL(issuer.origin).host;
  assertEquals(
    (await check(await sign(keys, claims)))[1],
    `No client takes this token: issuer ${host} answered with status 404`,
  );
  await Deno.remove(file);
});
