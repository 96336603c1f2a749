import { assert, assertArrayIncludes, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";
import { readSource } from "../../../scripts/check_layers.ts";
import { expectedLife } from "../../runtimes/expected.ts";
import { nowhere, openServers } from "../../runtimes/servers.ts";
import { readPage } from "../../docs/markdown.ts";
import { firstScript } from "../first_script.ts";
import { type Consumer, openConsumer } from "./consumer.ts";
import { publishWorkspace, TOKEN } from "./publish.ts";
import { openRegistry, type Registry } from "./registry.ts";

const ROOT = new URL("../../../", import.meta.url);
const PROGRAM = new URL("../../runtimes/program/", import.meta.url);
const RUN = ["run", "--check", "--no-prompt", "--allow-net=127.0.0.1"];

let registry: Registry;

Deno.test.beforeAll(async () => {
  registry = openRegistry(TOKEN);
  await publishWorkspace(registry.url, ROOT);
});

Deno.test.afterAll(async () => {
  await registry?.[Symbol.asyncDispose]();
});

function readme(path: string): Promise<string> {
  return Deno.readTextFile(new URL(`${path}README.md`, ROOT));
}

async function withProgram(consumer: Consumer): Promise<void> {
  for await (const { name } of Deno.readDir(PROGRAM)) {
    await consumer.write(name, await Deno.readTextFile(new URL(name, PROGRAM)));
  }
}

/** Runs a script as the READMEs show it, against an emulator; resolves with what it printed and what was received. */
async function runScript(consumer: Consumer, script: string): Promise<{ printed: string; received: unknown[] }> {
  const { emulator, api, stop } = await serveEmulator();
  const env = { XSIGNALS_BASE_URL: api, XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };
  try {
    await consumer.write("script.ts", script);
    const printed = await consumer.deno([...RUN, "--allow-env=XSIGNALS_*", "script.ts"], env);
    return { printed, received: emulator.log.map(({ operation }) => operation) };
  } finally {
    await stop();
  }
}

// `deno publish` refuses slow types, of which generated code is full without care.
Deno.test("deno publish uploads sources, README.md and deno.json, and no import of what is not declared (public bug 23)", () => {
  assertEquals(registry.published.map(({ name }) => name).sort(), [
    "@xsignals/client",
    "@xsignals/emulator",
    "@xsignals/session",
  ]);
  const foreign: Record<string, string[]> = {};
  for (const { name, files } of registry.published) {
    assertArrayIncludes([...files.keys()], ["README.md", "deno.json", "mod.ts"]);
    const imports = new Set<string>();
    for (const [path, bytes] of files) {
      if (path === "README.md" || path === "deno.json") continue;
      assertMatch(path, /^(?!.*_test\.ts$)[\w/.]+\.ts$/);
      readSource(path, new TextDecoder().decode(bytes)).imports.filter((one) => !/^(\.|node:)/.test(one))
        .forEach((one) => imports.add(one.replace(/(?<=.)@[^/]*/, "")));
    }
    foreign[name] = [...imports].sort();
  }
  assertEquals(foreign, {
    "@xsignals/client": [],
    "@xsignals/emulator": ["npm:hono", "npm:jose"],
    "@xsignals/session": [],
  });
});

Deno.test("deno publish leaves a published version as it is", async () => {
  const before = registry.requests.length;
  await publishWorkspace(registry.url, ROOT);
  assertEquals(
    registry.requests.slice(before).sort(),
    registry.published.map(({ name, version }) =>
      `GET /api/scopes/xsignals/packages/${name.split("/")[1]}/versions/${version}`
    ).sort(),
  );
  assertEquals(registry.published.length, 3);
});

Deno.test("the session's README: its ten lines run, type-checked, from nothing but the registry", async () => {
  await using consumer = await openConsumer(registry.url, { npm: false });
  const script = firstScript(await readme("packages/session/"));
  assert(script.split("\n").length <= 11, script);
  await consumer.deno(["add", "jsr:@xsignals/session"]);
  const { printed, received } = await runScript(consumer, script);
  assertMatch(printed, /^200 \{[^]*"Market Notes"/);
  assertEquals(received, ["authLogin", "listFileGroups", "authLogout"]);
});

Deno.test("the project's README: its script runs, type-checked", async () => {
  await using consumer = await openConsumer(registry.url, { npm: false });
  await consumer.deno(["add", "jsr:@xsignals/session"]);
  const { printed, received } = await runScript(consumer, firstScript(await readme("")));
  assertArrayIncludes(printed.split("\n"), ["Market Notes"]);
  assertEquals(received, ["authLogin", "listFileGroups", "authLogout"]);
});

Deno.test("client and session live from login to logout in a program of both", async () => {
  await using consumer = await openConsumer(registry.url, { npm: false });
  await using servers = await openServers();
  await consumer.deno(["add", "jsr:@xsignals/client", "jsr:@xsignals/session"]);
  await withProgram(consumer);
  const task = { do: "live", upstream: servers.upstream, nowhere: await nowhere(), copies: 1 };
  const life = JSON.parse(await consumer.deno([...RUN, "main.ts", JSON.stringify(task)]));
  assertEquals(life.steps, expectedLife(1, true));
});

Deno.test("the types of client and session refuse what is wrong, and take their READMEs", async () => {
  await using consumer = await openConsumer(registry.url, { npm: false });
  await consumer.deno(["add", "jsr:@xsignals/client", "jsr:@xsignals/session"]);
  await withProgram(consumer);
  await consumer.write("client.ts", firstScript(await readme("packages/client/")));
  await consumer.deno(["check", "wrong_types.ts", "client.ts"]);
  const wrong = await Deno.readTextFile(new URL("wrong_types.ts", PROGRAM));
  await consumer.write("wrong_types.ts", wrong.replaceAll("@ts-expect-error", ""));
  await assertRejects(() => consumer.deno(["check", "wrong_types.ts"]), Error, "Found 4 errors");
});

Deno.test("the emulator's README: its tests pass, type-checked", async () => {
  await using consumer = await openConsumer(registry.url, { npm: true });
  await consumer.deno(["add", "jsr:@xsignals/emulator"]);
  const config = JSON.parse(await Deno.readTextFile(`${consumer.directory}/program/deno.json`));
  config.imports["@std/assert"] = new URL("scripts/std-assert/mod.ts", ROOT).href;
  await consumer.write("deno.json", JSON.stringify(config));
  const tests = readPage(await readme("packages/emulator/")).blocks.filter(({ info }) => info === "ts");
  assertEquals(tests.length, 2);
  for (const [index, { text }] of tests.entries()) {
    await consumer.write(`block_${index}.ts`, text);
    await consumer.deno(["run", "--check", "--no-prompt", `block_${index}.ts`]);
  }
});

Deno.test("the emulator serves a session", async () => {
  await using consumer = await openConsumer(registry.url, { npm: true });
  await consumer.deno(["add", "jsr:@xsignals/emulator", "jsr:@xsignals/session"]);
  await withProgram(consumer);
  assertEquals(JSON.parse(await consumer.deno([...RUN, "serve.ts"])), {
    saw: "200, 3 groups",
    moved: 200,
    received: ["authLogin 200", "listFileGroups 200", "authLogout 200"],
  });
});

Deno.test("nobody asked the registry for what is not published", () => {
  const asked = registry.requests.filter((one) => !/^\w+ \/(api\/scopes\/xsignals\/|@xsignals\/)/.test(one));
  assertEquals(asked, []);
});
