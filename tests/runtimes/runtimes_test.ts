import { assertEquals, assertMatch } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";
import { bundleWorker, compile, mapSources, type TypesOptions } from "./build.ts";
import { expectedLife, expectedReading, expectedSharing } from "./expected.ts";
import { filesIn, importedPackages, pack, type Packed } from "./pack.ts";
import { PACKAGES } from "./packages.ts";
import { exportedNames } from "./program/entries.ts";
import type { Life, Reading, ReadTask } from "./program/task.ts";
import { runtimesIn } from "./runtimes.ts";
import { nowhere, openServers, type Servers } from "./servers.ts";
import { openWorkshop, type Workshop } from "./workshop.ts";

const ROOT = new URL("../../", import.meta.url);
const NAMES = Object.keys(runtimesIn(""));

let workshop: Workshop;
const servers = new Map<string, Servers>();
const lives = new Map<string, Promise<Life>>();

Deno.test.beforeAll(async () => {
  workshop = await openWorkshop();
  const { directory } = workshop;
  await compile(directory, { node: "node20", module: "nodenext", skipLibCheck: false }, true);
  await Promise.all([bundleWorker(directory), mapSources(directory)]);
  for (const name of NAMES) servers.set(name, await openServers());
});

Deno.test.afterAll(async () => {
  for (const one of servers.values()) await one[Symbol.asyncDispose]();
  await workshop?.[Symbol.asyncDispose]();
});

function runtime(name: string) {
  return runtimesIn(workshop.directory)[name]!;
}

async function digest(path: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await Deno.readFile(path)));
  return bytes.toHex();
}

/** What a runtime does by itself, with servers of its own; once, for the records are for all the others. */
function lifeIn(name: string): Promise<Life> {
  async function live(): Promise<Life> {
    const { upstream } = servers.get(name)!;
    const answer = await runtime(name).run({ do: "live", upstream, nowhere: await nowhere(), copies: NAMES.length });
    return answer as Life;
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
  const digests = (all: readonly Packed[]) => Promise.all(all.map(({ tarball }) => digest(tarball)));
  assertEquals(await digests(packed), await digests(workshop.packed));
});

const COMPILATIONS: readonly TypesOptions[] = [
  { node: "node20", module: "nodenext", skipLibCheck: false },
  { node: "node20", module: "nodenext", skipLibCheck: true },
  { node: "node-current", module: "nodenext", skipLibCheck: false },
  { node: "node-current", module: "nodenext", skipLibCheck: true },
  { node: "node-current", module: "preserve", skipLibCheck: false }, // which resolves as bundlers do
];

for (const options of COMPILATIONS) {
  const { node, module, skipLibCheck } = options;
  Deno.test(`the packed types compile strictly: ${node}, module ${module}, skipLibCheck ${skipLibCheck}`, async () => {
    await compile(workshop.directory, options);
  });
}

for (const name of NAMES) {
  const { agent, readme, serve, check } = runtimesIn("")[name]!;

  Deno.test(`createSession() logs in, renews what expired or was taken back, and logs out: ${name}`, async () => {
    const life = await lifeIn(name);
    assertEquals(life.agent, agent);
    assertEquals(life.steps, expectedLife(NAMES.length, name.startsWith("Deno")));
  });

  Deno.test(`every entry point of client and session loads: ${name}`, async () => {
    const { entries } = await lifeIn(name);
    assertEquals(entries, exportedNames());
  });

  Deno.test(`createSession() goes on with the records of every other runtime: ${name}`, async () => {
    const copy = NAMES.indexOf(name);
    const writers: string[] = [];
    const sets: ReadTask["sets"][number][] = [];
    let ahead = 0;
    for (const writer of NAMES) {
      const life = await lifeIn(writer).catch(() => undefined); // its own test tells
      if (!life) continue;
      writers.push(writer);
      ahead = life.ahead;
      sets.push({ upstream: servers.get(writer)!.upstream, records: life.records[copy]! });
    }
    const readings = await runtime(name).run({ do: "read", ahead, sets }) as Reading;
    assertEquals(
      Object.fromEntries(writers.map((writer, index) => [writer, readings[index]])),
      Object.fromEntries(NAMES.map((writer) => [writer, expectedReading()])),
    );
  });

  if (readme) {
    Deno.test(`the ten lines of the session's README run: ${name}`, async () => {
      const { emulator, api, stop } = await serveEmulator();
      try {
        const variables = { XSIGNALS_BASE_URL: api, XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };
        assertMatch(await runtime(name).readme?.(variables) ?? "", /^200 \{[^]*name: ['"]Market Notes['"]/);
        assertEquals(emulator.log.map(({ operation }) => operation), ["authLogin", "listFileGroups", "authLogout"]);
      } finally {
        await stop();
      }
    });
  }

  if (serve) {
    Deno.test(`serveEmulator() answers over loopback: ${name}`, async () => {
      assertEquals(await runtime(name).serve?.(), {
        saw: "200, 3 groups",
        moved: 200,
        received: ["authLogin 200", "listFileGroups 200", "authLogout 200"],
      });
    });
  }

  if (check) {
    Deno.test(`the sources have no type error: ${name}`, async () => {
      await runtime(name).check?.();
    });
  }
}

for (const place of ["file", "kv"] as const) {
  const sharing = NAMES.filter((name) => runtimesIn("")[name]!.places.includes(place));
  for (const [index, one] of sharing.entries()) {
    for (const other of sharing.slice(index + 1)) {
      Deno.test(`${place}Store() goes on with the session that the other one left there: ${one}, ${other}`, async () => {
        await using own = await openServers();
        const path = `${workshop.directory}/places/${crypto.randomUUID()}`;
        for (const [turn, name] of [one, other, one].entries()) {
          const steps = await runtime(name).share?.({ place, path, upstream: own.upstream });
          assertEquals(steps, expectedSharing(turn === 0), `${name}, turn ${turn}`);
        }
      });
    }
  }
}

Deno.test("exportedNames() knows every entry point of client and session", async () => {
  const entries = [];
  for (const name of ["client", "session"]) {
    const { exports } = JSON.parse(await Deno.readTextFile(new URL(`packages/${name}/deno.json`, ROOT)));
    entries.push(...Object.keys(exports).map((entry) => `@xsignals/${name}${entry.slice(1)}`));
  }
  assertEquals(Object.keys(exportedNames()).sort(), entries.sort());
});
