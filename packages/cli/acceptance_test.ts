// The commands of the design's table, and exactly what they print; again with what may be assumed switched.
import type { GivenAssumptions } from "@xsignals/emulator";
import { assertEquals, assertMatch } from "@std/assert";
import { BASE_URL, ENV, HOST, NEWER, NOTE, OLDER, openStage, ORDERS, type Stage } from "./stage_test.ts";

const SWITCHED: GivenAssumptions = { fileLink: 307, fileList: "files", ranges: "files", downloadBy: "redirect" };

const GROUPS = `NAME                                ACCESS  DESCRIPTION
Market Notes                        RWS     Notes of the day
CBL_Trades Compliance               R       Trades of the compliance market
CBL_Active Orders Voluntary Carbon  R       Active orders of the voluntary carbon market
`;

const done = (stdout: string) => ({ code: 0, stdout, stderr: "" });

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex().slice(0, 16);
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}

/** Each case by its number: they build upon each other. */
const CASES: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  async C1({ run, calls }) {
    assertEquals(await run(["groups", "--table"]), done(GROUPS));
    assertEquals(calls(), ["authLogin", "listFileGroups"]);
  },
  async C2({ run }) {
    const line = (day: string, fid: string) => `2024-03-0${day}T18:00:00,439,${fid},active_orders.csv\n`;
    const expected = `arrivalTime,size,fid,fileName\n${line("5", NEWER)}${line("4", OLDER)}`;
    assertEquals(await run(["files", ORDERS, "--csv"]), done(expected));
  },
  async C3({ run }) {
    const { code, stdout, stderr } = await run(["files", "Market Notes", "--json"]);
    assertEquals([code, stderr, stdout.split("\n").length, JSON.parse(stdout).size], [0, "", 2, 43]);
    assertMatch(stdout, /"size":43/);
  },
  async C4({ run, folder }) {
    assertEquals(await run(["newest", "Market Notes", "-d", "DIR/out"]), done(`DIR/out/note_${NOTE}.txt\n`));
    assertEquals(await namesIn(`${folder}/out`), [`note_${NOTE}.txt`]);
    assertEquals(await hashOf(await Deno.readFile(`${folder}/out/note_${NOTE}.txt`)), "051a019c11798f5e");
  },
  async C5({ run }) {
    const { code, stdout, stderr } = await run(["newest", ORDERS, "-o", "-"]);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(await hashOf(new TextEncoder().encode(stdout)), "8e123a539387b3d9");
  },
  async C6({ run, folder }) {
    assertEquals(
      await run(["sync", ORDERS, "DIR/orders"]),
      done("2 files: 2 fetched, 0 there already (878 B in 0:00)\n"),
    );
    assertEquals(await namesIn(`${folder}/orders`), [`active_orders_${OLDER}.csv`, `active_orders_${NEWER}.csv`]);
  },
  async C7({ run, calls }) {
    calls();
    assertEquals(
      await run(["sync", ORDERS, "DIR/orders"]),
      done("2 files: 0 fetched, 2 there already (0 B in 0:00)\n"),
    );
    assertEquals(calls(), ["searchFiles"]);
  },
  async C8({ run, folder }) {
    await Deno.remove(`${folder}/orders/active_orders_${OLDER}.csv`);
    assertEquals(
      await run(["sync", ORDERS, "DIR/orders"]),
      done("2 files: 1 fetched, 1 there already (439 B in 0:00)\n"),
    );
  },
  async C9({ run, folder }) {
    await Deno.remove(`${folder}/orders`, { recursive: true });
    const line = (fid: string) => `would fetch DIR/orders/active_orders_${fid}.csv\n`;
    const expected = `${line(OLDER)}${line(NEWER)}2 files: 2 to fetch (878 B)\n`;
    assertEquals(await run(["sync", ORDERS, "DIR/orders", "--dry-run"]), done(expected));
    assertEquals(await namesIn(folder), ["out"]);
  },
  async C13({ run }) {
    assertEquals(await run(["files", "Market Notes"], { reads: 0 }), done(""));
    const piped = await run(["newest", "Market Notes", "-o", "-"], { reads: 1 });
    assertEquals([piped.code, piped.stderr], [0, ""]);
  },
  async C14({ run, calls }) {
    calls();
    const { code, stdout, stderr } = await run(["status"]);
    assertEquals([code, stderr, calls()], [0, "", []]);
    assertMatch(
      stdout,
      new RegExp(`^login at ${HOST}, active until \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ; from .*\n$`),
    );
  },
  async C15({ run, calls }) {
    const { code, stderr } = await run(["logout"]);
    assertEquals([code, stderr.split("\n")[0]], [0, `Logged out at ${HOST}.`]);
    calls();
    const env = { XSIGNALS_BASE_URL: BASE_URL, XSIGNALS_USERNAME: ENV.XSIGNALS_USERNAME };
    const refused = { code: 4, stdout: "", stderr: "not logged in: run xsignals login\n" };
    assertEquals(await run(["groups"], { env }), refused);
    assertEquals(calls(), []);
    assertEquals((await run(["groups"])).code, 0);
  },
};

for (const assumptions of [{}, SWITCHED]) {
  const how = assumptions === SWITCHED ? "switched assumptions" : "default assumptions";
  Deno.test(`xsignals prints what C1 to C9 and C13 to C15 say, with ${how}`, async (test) => {
    await using stage = await openStage({ assumptions });
    for (const [name, check] of Object.entries(CASES)) await test.step(name, () => check(stage));
    assertEquals(/X-Amz|Bearer|[Ss]ignature|eyJ|\?/.test(stage.printed()), false); // no link, no token
    assertEquals(stage.emulator.log.flatMap(({ violation }) => violation ?? []), []);
  });
}
