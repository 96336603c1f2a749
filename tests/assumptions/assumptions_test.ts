import { createData } from "@xsignals/data";
import { ASSUMPTION_VALUES, createEmulator, type GivenAssumptions, madeContent } from "@xsignals/emulator";
import { createSession, login } from "@xsignals/session";
import { assert, assertEquals } from "@std/assert";
import { fakeClock } from "@xsignals/session/testing";

/** Another value of each assumption that is a number; a default of 0 is often that it does not happen. */
const NUMBERS: Readonly<Record<string, number>> = { overlap: 0, clockSkew: -3_600_000, lockoutAfter: 1, tsCap: 1 };

/** The default of everything, and then one assumption at a time with each of its other values. */
function variants(): GivenAssumptions[] {
  const switched = Object.entries(ASSUMPTION_VALUES).flatMap(([name, [, ...others]]: [string, readonly unknown[]]) => {
    if (others.length > 0) return others.map((value) => ({ [name]: value }));
    assert(NUMBERS[name] !== undefined, `${name} needs another number`);
    return [{ [name]: NUMBERS[name] }];
  });
  return [{}, ...switched as GivenAssumptions[]];
}

/** Twelve files of a group, some of the same time or name, among those of groups with similar names; one is large. */
const GROUP = "CBL Orders";
const LARGE = madeContent(9 * 2 ** 20 + 5);
const FILES = Array.from({ length: 24 }, (_, index) => ({
  fid: `f${String(index).padStart(2, "0")}`,
  fileName: `orders ${index % 3}.csv`,
  groupName: index % 2 === 0 ? GROUP : ["CBL Orders Old", "cbl orders", "Old CBL"][index % 3]!,
  arrivalTime: `2024-03-0${1 + (index >> 2)}T18:00:00`,
  content: index === 4 ? LARGE : `Date(UTC),Price\n2024-03-01T00:00:00,${index}\n`,
}));
const OURS = FILES.filter(({ groupName }) => groupName === GROUP);

/** Lists, links and downloads, and a cron job's two runs. What it finds has to be the same whatever is assumed. */
async function work(assumptions: GivenAssumptions) {
  const clock = fakeClock(Date.UTC(2024, 2, 7));
  const { fetch, addFile, log } = createEmulator({ files: FILES, now: clock.now, assumptions });
  const strategy = login({ username: "login", password: "password" });
  const session = createSession({ strategy, fetch, clock });
  const data = createData(session, { linkFetch: fetch, clock });

  const groups = await Array.fromAsync(data.groups(), ({ name }) => name);
  const files = await Array.fromAsync(data.files(GROUP));
  const newest = await data.newest(GROUP);
  const texts: string[] = [];
  for (const file of files) if (file.fid !== "f04") texts.push(await (await data.open(file)).text());
  const large = await (await data.open("f04")).bytes();
  const single = await data.file("f06");

  const { cursor } = await data.arrivals(GROUP);
  addFile({ fid: "new", fileName: "new.csv", groupName: GROUP, content: "new" });
  await clock.advance(200_000);
  const arrived = await data.arrivals(GROUP, { after: cursor });
  const violations = log.flatMap(({ violation }) => violation ?? []);
  await session.logout();
  return {
    groups: groups.sort(),
    files: files.map(({ fid, arrivalTime }) => `${arrivalTime} ${fid}`).sort(),
    order: files.map(({ arrivalTime }) => arrivalTime),
    newest: newest?.arrivalTime,
    texts: texts.sort(),
    large: [large.length, ...large.slice(-9)],
    single: [single.fid, single.fileName, single.groupName],
    arrived: arrived.files.map(({ fid }) => fid),
    violations,
  };
}

const EXPECTED = {
  groups: ["CBL Orders", "CBL Orders Old", "Old CBL", "cbl orders"],
  files: OURS.map(({ fid, arrivalTime }) => `${arrivalTime} ${fid}`),
  order: OURS.map(({ arrivalTime }) => arrivalTime),
  newest: "2024-03-06T18:00:00",
  texts: OURS.flatMap(({ content }) => typeof content === "string" ? content : []).sort(),
  large: [LARGE.size, ...LARGE.chunk(LARGE.size - 9)],
  single: ["f06", "orders 0.csv", GROUP],
  arrived: ["new"],
  violations: [],
};

for (const assumptions of variants()) {
  const [[name, value] = ["the defaults", ""]] = Object.entries(assumptions);
  Deno.test(`createData() does its work with ${name} ${value}`.trim(), async () => {
    assertEquals(await work(assumptions), EXPECTED);
  });
}
