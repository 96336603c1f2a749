import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { OperationId } from "@xsignals/emulator";
import { serveEmulator } from "@xsignals/emulator/serve";
import { readSource } from "../../../scripts/check_layers.ts";
import { runCommand } from "../../runtimes/command.ts";
import { LIFE_STEPS } from "../../runtimes/program/life.ts";
import { PUBLISHED } from "../../runtimes/packages.ts";
import { wayToNpm } from "../../runtimes/runtimes.ts";
import { nowhere, openServers } from "../../runtimes/servers.ts";
import { scriptsIn } from "../../runtimes/workshop.ts";
import { openRegistry, type Registry } from "./registry.ts";

const ROOT = new URL("../../../", import.meta.url);
const PROGRAM = new URL("../../runtimes/program/", import.meta.url);
const RUN = ["run", "--check", "--no-prompt", "--allow-net=127.0.0.1"];

let registry: Registry;

Deno.test.beforeAll(async () => {
  registry = openRegistry();
  await publish();
});

Deno.test.afterAll(async () => {
  await registry?.[Symbol.asyncDispose]();
});

/** Somebody's program, on a machine that has nothing but Deno: `npm` says whether it reaches npm's registry. */
async function openConsumer(packages: readonly string[], npm = false) {
  const directory = await Deno.makeTempDir({ prefix: "xsignals-consumer-" }); // has no lock file, home or cache
  const program = `${directory}/program`;
  await Deno.mkdir(program);
  const own = {
    ...(npm ? wayToNpm() : { NPM_CONFIG_REGISTRY: registry.url }),
    HOME: `${directory}/home`,
    DENO_DIR: `${directory}/cache`,
    JSR_URL: registry.url,
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
  };
  const consumer = {
    program,
    write: (path: string, text: string) => Deno.writeTextFile(`${program}/${path}`, text),
    deno: (args: readonly string[], env: Record<string, string> = {}) =>
      runCommand([Deno.execPath(), ...args], { cwd: program, env: { ...own, ...env } }),
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
  await consumer.deno(["add", ...packages.map((name) => `jsr:@xsignals/${name}`)]);
  return consumer;
}

/** Publishes all packages, with every check; writes nothing into the project. */
async function publish(): Promise<void> {
  await runCommand([Deno.execPath(), "publish", "--allow-dirty", "--no-provenance", "--token", "loopback"], {
    cwd: ROOT.pathname,
    env: { ...Deno.env.toObject(), JSR_URL: registry.url },
  });
}

async function scriptsOf(folder: string): Promise<string[]> {
  return scriptsIn(await Deno.readTextFile(new URL(`${folder}README.md`, ROOT)));
}

async function copyProgram(into: string): Promise<void> {
  for await (const { name } of Deno.readDir(PROGRAM)) await Deno.copyFile(new URL(name, PROGRAM), `${into}/${name}`);
}

/** Runs a script as the READMEs show it, against an emulator; resolves with what it printed. */
async function runScript(script: string, packages: readonly string[], calls: readonly OperationId[]): Promise<string> {
  await using consumer = await openConsumer(packages, packages.includes("data"));
  const { emulator, api, stop } = await serveEmulator();
  const env = { XSIGNALS_BASE_URL: api, XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };
  try {
    await consumer.write("script.ts", script);
    const printed = await consumer.deno([...RUN, "--allow-env=XSIGNALS_*", "script.ts"], env);
    assertEquals(emulator.log.map(({ operation }) => operation), ["authLogin", ...calls, "authLogout"]);
    return printed;
  } finally {
    await stop();
  }
}

// `deno publish` refuses slow types, of which generated code is full without care.
Deno.test("deno publish uploads sources, README.md and deno.json, and no import of what is not declared (public bug 23)", () => {
  const foreign: Record<string, string[]> = {};
  for (const { name, files } of registry.published) {
    for (const own of ["README.md", "deno.json", "mod.ts"]) assert(files.has(own), `${name}: ${own}`);
    const imports = new Set<string>();
    for (const [path, bytes] of files) {
      if (path === "README.md" || path === "deno.json") continue;
      assertMatch(path, /^(?!.*_test\.ts$)[\w/.]+\.ts$/);
      const { imports: all } = readSource(path, new TextDecoder().decode(bytes));
      for (const one of all) if (!/^(\.|node:)/.test(one)) imports.add(one.replace(/(?<=\w)@[^/]*/, ""));
    }
    foreign[name] = [...imports].sort();
  }
  assertEquals(foreign, {
    "@xsignals/cli": [
      "jsr:@xsignals/data",
      "jsr:@xsignals/data/disk",
      "jsr:@xsignals/data/ncsv",
      "jsr:@xsignals/session",
      "jsr:@xsignals/session/env",
      "jsr:@xsignals/session/file",
      "jsr:@xsignals/session/retry",
      "npm:@clack/prompts",
      "npm:cli-progress",
      "npm:commander",
      "npm:simple-ascii-chart",
      "npm:table",
    ],
    "@xsignals/client": [],
    "@xsignals/data": ["jsr:@xsignals/client", "npm:/csv-parse/stream"],
    "@xsignals/emulator": ["npm:hono", "npm:jose"],
    "@xsignals/session": [],
  });
});

Deno.test("deno publish leaves a published version as it is", async () => {
  const before = registry.requests.length;
  await publish();
  const questions = registry.published.map(({ name, version }) =>
    `GET /api/scopes/xsignals/packages/${name.split("/")[1]}/versions/${version}`
  );
  assertEquals(registry.requests.slice(before).sort(), questions.sort());
  assertEquals(registry.published.length, PUBLISHED.length);
});

Deno.test("the session's README: its ten lines run, type-checked, from nothing but the registry", async () => {
  const [script = ""] = await scriptsOf("packages/session/");
  assert(script.split("\n").length <= 11, script);
  assertMatch(await runScript(script, ["session"], ["listFileGroups"]), /^200 \{[^]*"Market Notes"/);
});

Deno.test("the project's README: its script runs, type-checked", async () => {
  const [script = ""] = await scriptsOf("");
  const printed = await runScript(script, ["data", "session"], ["listFileGroups", "searchSymbols", "queryTimeSeries"]);
  for (const line of [/^Market Notes$/m, /^2024-03-04T21:00:00.000 4.15$/m]) assertMatch(printed, line);
});

Deno.test("client and session live from login to logout in a program of both", async () => {
  await using consumer = await openConsumer(["client", "session"]);
  await using servers = await openServers();
  await copyProgram(consumer.program);
  const task = { do: "live", upstream: servers.upstream, nowhere: await nowhere(), copies: 1 };
  const life = JSON.parse(await consumer.deno([...RUN, "main.ts", JSON.stringify(task)]));
  assertEquals([life.steps, life.wrong], [LIFE_STEPS, []]);
});

Deno.test("the types of client and session refuse what is wrong, and take their READMEs", async () => {
  await using consumer = await openConsumer(["client", "session"]);
  await copyProgram(consumer.program);
  const [script = ""] = await scriptsOf("packages/client/");
  await consumer.write("client.ts", script);
  await consumer.deno(["check", "wrong_types.ts", "client.ts"]);
  const wrong = await Deno.readTextFile(new URL("wrong_types.ts", PROGRAM));
  await consumer.write("wrong_types.ts", wrong.replaceAll("@ts-expect-error", ""));
  await assertRejects(() => consumer.deno(["check", "wrong_types.ts"]), Error, "Found 4 errors");
});

Deno.test("data's README: its blocks run, type-checked, in one program", async () => {
  await using consumer = await openConsumer(["data", "emulator", "session"], true);
  const blocks = await scriptsOf("packages/data/");
  for (const [index, text] of blocks.entries()) await consumer.write(`block_${index}.ts`, text);
  await consumer.write(
    "all.ts",
    `
    import { printAll, work } from "./block_0.ts";
    import { fetchAll } from "./block_1.ts";
    import { printPrices } from "./block_2.ts";
    import { createEmulator } from "@xsignals/emulator";

    globalThis.fetch = createEmulator({ users: { login: "password" } }).fetch;
    const group = "CBL_Active Orders Voluntary Carbon";
    await printAll(group);
    await work(group, await work(group, undefined));
    await fetchAll(group);
    await printPrices(group, "GEO-V23");`,
  );
  const printed = await consumer.deno(["run", "--check", "--no-prompt", "--allow-read=.", "--allow-write=.", "all.ts"]);
  assertEquals([blocks.length, printed.match(/active_orders\.csv/g)?.length], [3, 4], printed);
});

Deno.test("the emulator's README: its tests pass, type-checked", async () => {
  await using consumer = await openConsumer(["emulator"], true);
  const config = JSON.parse(await Deno.readTextFile(`${consumer.program}/deno.json`));
  config.imports["@std/assert"] = new URL("scripts/std-assert/mod.ts", ROOT).href;
  await consumer.write("deno.json", JSON.stringify(config));
  const tests = await scriptsOf("packages/emulator/");
  assertEquals(tests.length, 3);
  for (const [index, text] of tests.entries()) {
    await consumer.write(`block_${index}.ts`, text);
    await consumer.deno(["run", "--check", "--no-prompt", `block_${index}.ts`]);
  }
});

Deno.test("nobody asked the registry for what is not published", () => {
  const asked = registry.requests.filter((one) => !/^\w+ \/(api\/scopes\/xsignals\/|@xsignals\/)/.test(one));
  assertEquals(asked, []);
});
