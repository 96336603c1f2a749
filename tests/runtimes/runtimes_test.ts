import { assertEquals, assertMatch } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";
import { callOnDeadConnection } from "./dead_connection.ts";
import { expectedLife, expectedReading, expectedSharing } from "./expected.ts";
import { filesIn, importedPackages, pack, type Packed } from "./pack.ts";
import { PACKAGES } from "./packages.ts";
import { exportedNames } from "./program/entries.ts";
import type { Life, Reading, ReadTask } from "./program/task.ts";
import { runtimesIn, start } from "./runtimes.ts";
import { nowhere, openServers } from "./servers.ts";
import { compile, openWorkshop, type TypesOptions, type Workshop } from "./workshop.ts";

const ROOT = new URL("../../", import.meta.url);
const RUNTIMES = Object.entries(runtimesIn(""));
const NAMES = RUNTIMES.map(([name]) => name);

let workshop: Workshop;
const servers = new Map<string, Awaited<ReturnType<typeof openServers>>>();
const lives = new Map<string, Promise<Life>>();

Deno.test.beforeAll(async () => {
  workshop = await openWorkshop();
  for (const name of NAMES) servers.set(name, await openServers());
});

Deno.test.afterAll(async () => {
  for (const one of servers.values()) await one[Symbol.asyncDispose]();
  await workshop?.[Symbol.asyncDispose]();
});

/** What a runtime does by itself, with servers of its own; once, because all the others read its records. */
function lifeIn(name: string): Promise<Life> {
  async function live(): Promise<Life> {
    const { upstream } = servers.get(name)!;
    const task = { do: "live", upstream, nowhere: await nowhere(), copies: NAMES.length };
    return JSON.parse(await start(workshop.directory, name, "main", task));
  }
  const life = lives.get(name) ?? live();
  lives.set(name, life);
  return life;
}

Deno.test("pack() declares what it imports, keeps every entry point and tells nothing of this machine", async () => {
  for (const { name, directory } of workshop.packed) {
    const { dependencies = {}, exports } = JSON.parse(await Deno.readTextFile(`${directory}/package.json`));
    const source = new URL(`packages/${name.replace("@xsignals/", "")}/deno.json`, ROOT);
    const { exports: entries } = JSON.parse(await Deno.readTextFile(source));
    assertEquals(Object.keys(exports), Object.keys(entries));
    const imported = new Set<string>();
    for (const path of await filesIn(directory)) {
      const text = await Deno.readTextFile(`${directory}/${path}`);
      assertEquals(text.includes(ROOT.pathname), false, path);
      if (/\.(js|d\.ts)$/.test(path)) importedPackages(path, text).forEach((found) => imported.add(found));
    }
    assertEquals([...imported].sort(), Object.keys(dependencies).sort(), name);
  }
});

Deno.test("pack() makes the same bytes each time", async () => {
  const again = await Deno.makeTempDir({ dir: workshop.directory });
  const packed = await Promise.all(PACKAGES.map((name) => pack(name, again)));
  const bytes = (all: readonly Packed[]) => Promise.all(all.map(({ tarball }) => Deno.readFile(tarball)));
  assertEquals(await bytes(packed), await bytes(workshop.packed));
});

const COMPILATIONS: readonly TypesOptions[] = [
  { node: "node22", module: "nodenext" },
  { node: "node26", module: "nodenext" },
  { node: "node26", module: "preserve" }, // which resolves as bundlers do
];

for (const options of COMPILATIONS) {
  Deno.test(`the packed types compile strictly: ${options.node}, module ${options.module}`, async () => {
    await compile(workshop.directory, options);
  });
}

for (const [name, { agent, programs }] of RUNTIMES) {
  Deno.test(`createSession() logs in, renews what expired or was taken back, and logs out: ${name}`, async () => {
    const life = await lifeIn(name);
    assertEquals(life.agent, agent);
    assertEquals(life.steps, expectedLife(NAMES.length, name.startsWith("Deno")));
  });

  Deno.test(`every entry point of client and session loads: ${name}`, async () => {
    assertEquals((await lifeIn(name)).entries, exportedNames());
  });

  Deno.test(`createSession() goes on with the records of every other runtime: ${name}`, async () => {
    const sets: ReadTask["sets"][number][] = [];
    let ahead = 0;
    for (const writer of NAMES) {
      const life = await lifeIn(writer);
      ahead = life.ahead;
      sets.push({ upstream: servers.get(writer)!.upstream, records: life.records[NAMES.indexOf(name)]! });
    }
    const readings: Reading = JSON.parse(await start(workshop.directory, name, "main", { do: "read", ahead, sets }));
    const byWriter = (all: Reading) => Object.fromEntries(NAMES.map((writer, index) => [writer, all[index]]));
    assertEquals(byWriter(readings), byWriter(NAMES.map(expectedReading)));
  });

  if (programs.includes("readme")) {
    Deno.test(`the ten lines of the session's README run: ${name}`, async () => {
      const { emulator, api, stop } = await serveEmulator();
      try {
        const variables = { XSIGNALS_BASE_URL: api, XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };
        const printed = await start(workshop.directory, name, "readme", null, variables);
        assertMatch(printed, /^200 \{[^]*name: ['"]Market Notes['"]/);
        assertEquals(emulator.log.map(({ operation }) => operation), ["authLogin", "listFileGroups", "authLogout"]);
      } finally {
        await stop();
      }
    });
  }

  if (programs.includes("serve")) {
    Deno.test(`serveEmulator() answers over loopback: ${name}`, async () => {
      assertEquals(JSON.parse(await start(workshop.directory, name, "serve")), {
        saw: "200, 3 groups",
        moved: 200,
        received: ["authLogin 200", "listFileGroups 200", "authLogout 200"],
      });
    });
  }
}

for (const place of ["file", "kv"] as const) {
  const sharing = RUNTIMES.flatMap(([name, { places }]) => places.includes(place) ? [name] : []);
  const pairs = sharing.flatMap((one, index) => sharing.slice(index + 1).map((other) => [one, other] as const));
  for (const [one, other] of pairs) {
    Deno.test(`${place}Store() goes on with the session that the other one left there: ${one}, ${other}`, async () => {
      await using own = await openServers();
      const path = `${workshop.directory}/places/${crypto.randomUUID()}`;
      for (const [turn, name] of [one, other, one].entries()) {
        const task = { place, path, upstream: own.upstream };
        const steps = JSON.parse(await start(workshop.directory, name, "shared", task));
        assertEquals(steps, expectedSharing(turn === 0), `${name}, turn ${turn}`);
      }
    });
  }
}

for (const then of ["stall", "reset"] as const) {
  for (const name of ["Deno", "Bun"]) {
    Deno.test(`createSession() needs no connection of the pool for a token call: ${name}, ${then} (found 120)`, async () => {
      const bun = runtimesIn(workshop.directory)["Bun"]!.command("main").slice(0, 1);
      const command = name === "Bun" ? bun : [Deno.execPath(), "run", "-A", "--quiet"];
      const outcomes = Object.entries(await callOnDeadConnection(command, then));
      assertEquals(outcomes.length, 8);
      for (const [call, outcome] of outcomes) {
        // A password that was changed is changed back; no other call is repeated.
        assertEquals(outcome, [call === "changePassword" ? 2 : 1, "done"], call);
      }
    });
  }
}

Deno.test("exportedNames() knows every entry point of client and session", async () => {
  const entries: string[] = [];
  for (const name of ["client", "session"]) {
    const { exports } = JSON.parse(await Deno.readTextFile(new URL(`packages/${name}/deno.json`, ROOT)));
    entries.push(...Object.keys(exports).map((entry) => entry === "." ? name : entry.slice("./".length)));
  }
  assertEquals(Object.keys(exportedNames()).sort(), entries.sort());
});
