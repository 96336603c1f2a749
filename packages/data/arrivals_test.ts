import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { EmulatorFile } from "@xsignals/emulator";
import { dataError, emulated, fids, ORDERS, scripted } from "./stage_test.ts";

const file = (fid: string, arrivalTime: string, groupName = "G"): EmulatorFile => {
  return { fid, fileName: "orders.csv", groupName, content: "x", arrivalTime };
};

Deno.test("arrivals() gives each file once: three between two runs, one with the time of the mark, one removed (6.3, 12)", async () => {
  const { data, emulator } = emulated({ files: [file("b", "2024-03-01T12:01:00"), file("a", "2024-03-01T12:00:00")] });
  const first = await data.arrivals("G");
  assertEquals(first.files.map(({ fid }) => fid), ["a", "b"]);
  assertEquals((await data.arrivals("G", { after: first.cursor })).files, []);

  emulator.addFile(file("c", "2024-03-01T12:01:00"));
  emulator.addFile(file("d", "2024-03-01T12:30:00"));
  emulator.addFile(file("gone", "2024-03-01T12:31:00"));
  emulator.addFile(file("e", "2024-03-01T12:29:00"));
  emulator.removeFile("gone");
  const second = await data.arrivals("G", { after: first.cursor });
  assertEquals(second.files.map(({ fid }) => fid), ["c", "e", "d"]);

  emulator.addFile(file("late", "2024-03-01T12:16:00"));
  emulator.removeFile("d");
  const third = await data.arrivals("G", { after: second.cursor });
  assertEquals(third.files.map(({ fid }) => fid), ["late"]);
  assertEquals((await data.arrivals("G", { after: third.cursor })).files, []);
  assertEquals((await data.arrivals("G", { after: second.cursor })).files, third.files); // what failed is done again
});

Deno.test("arrivals() of a group with a long past begins since a time, and goes on from there", async () => {
  const files = ["11:50:00", "11:59:00", "12:00:00"].map((time) => file(time, `2024-03-01T${time}`));
  for (const [since, given] of [["2024-03-01T11:55:00", ["11:59:00", "12:00:00"]], ["2024-03-02", []]] as const) {
    const { data, emulator } = emulated({ files });
    const first = await data.arrivals("G", { since });
    assertEquals(first.files.map(({ fid }) => fid), [...given]);
    emulator.addFile(file("new", "2024-03-02T00:00:00"));
    const second = await data.arrivals("G", { since, after: first.cursor });
    assertEquals(second.files.map(({ fid }) => fid), ["new"]);
  }
  const { data } = emulated({ files });
  await assertRejects(() => data.arrivals("G", { since: "today" }), TypeError, "since must be a date or a local time");
});

Deno.test("arrivals() looks back 15 minutes from the latest arrival that it saw, though that file was removed", async () => {
  const { data, emulator } = emulated({ files: [file("a", "2024-03-01T11:45:00"), file("b", "2024-03-01T12:00:00")] });
  const first = await data.arrivals("G");
  emulator.removeFile("b");
  const second = await data.arrivals("G", { after: first.cursor });
  assertEquals(second.files, []);
  emulator.addFile(file("late", "2024-03-01T11:45:00"));
  emulator.addFile(file("too late", "2024-03-01T11:44:59"));
  const third = await data.arrivals("G", { after: second.cursor });
  assertEquals(third.files.map(({ fid }) => fid), ["late"]);
});

Deno.test("arrivals() sees files that become visible 200 s late", async () => {
  let now = Date.UTC(2024, 2, 1, 12);
  const { data, emulator } = emulated({
    groups: [{ name: "G" }],
    files: [],
    now: () => now,
    accessTokenLifetime: 86_400_000,
    assumptions: { visibleAfter: 200 },
  });
  const given: string[] = [];
  let after: string | undefined;
  for (let minute = 0; minute < 20; minute++) {
    emulator.addFile({ fid: `f${minute}`, fileName: "a", groupName: "G", content: "x" });
    const { files, cursor } = await data.arrivals("G", { after });
    given.push(...files.map(({ fid }) => fid));
    after = cursor;
    now += 60_000;
  }
  assertEquals(given, Array.from({ length: 16 }, (_, minute) => `f${minute}`));
});

Deno.test("arrivals() needs one request when nothing is new, whatever the length of the list", async () => {
  const files = Array.from(
    { length: 3_000 },
    (_, number) => file(`f${number}`, new Date(Date.UTC(2024, 2, 1) + number * 60_000).toISOString().slice(0, 19)),
  );
  const { data, emulator } = emulated({ files });
  const { cursor } = await data.arrivals("G");
  const before = emulator.count("searchFiles");
  assertEquals((await data.arrivals("G", { after: cursor })).files, []);
  assertEquals(emulator.count("searchFiles") - before, 1);
});

Deno.test("arrivals() says listing_unstable when more files came in 15 minutes than a cursor can hold", async () => {
  const files = (count: number) =>
    Array.from({ length: count }, (_, number) => file(crypto.randomUUID(), `2024-03-01T12:00:${10 + number % 50}`));
  const { data } = emulated({ files: files(600) });
  const error = await dataError(() => data.arrivals("G"));
  assertEquals(error.code, "listing_unstable");
  assertStringIncludes(error.message, "600 files arrived within 15 minutes");
  const { cursor } = await emulated({ files: files(400) }).data.arrivals("G");
  assertEquals(new TextEncoder().encode(cursor).length <= 16_384, true);
});

Deno.test("arrivals() throws a TypeError for another group's cursor, and for what is not a cursor", async () => {
  const { cursor } = await emulated().data.arrivals(ORDERS);
  const { data, sent } = scripted(() => new Response());
  await assertRejects(() => data.arrivals("G", { after: cursor }), TypeError, "after is the cursor of another group");
  for (
    const after of [
      "",
      "{}",
      "[]",
      "null",
      "[2]",
      '[1,"G"]',
      '[1,"G","",7]',
      "x",
      cursor.slice(1),
      cursor.slice(0, -1),
      7,
    ]
  ) {
    await assertRejects(() => data.arrivals("G", { after: after as string }), TypeError, "after must be a cursor");
  }
  assertEquals(sent.length, 0);
});

Deno.test("newest() looks past hits of other groups, and at the times itself", async () => {
  const others = Array.from({ length: 250 }, (_, number) => file(`x${number}`, "2024-03-02T00:00:00", "Gx"));
  for (const queryMatch of ["exact", "loose", "tokens"] as const) {
    const { data, emulator } = emulated({
      files: [...others, file("old", "2024-03-01T00:00:00"), file("new", "2024-03-01T00:00:01")],
      assumptions: { queryMatch },
    });
    assertEquals((await data.newest("G"))?.fid, "new");
    assertEquals(emulator.count("searchFiles"), queryMatch === "loose" ? 3 : 1);
  }
  const { data, sent } = scripted(() =>
    Response.json({
      totalSize: 3,
      items: ["10", "30", "20"].map((second) => ({
        fid: `f${second}`,
        fileName: "a",
        groupName: "G",
        arrivalTime: `2024-03-01T00:00:${second}`,
      })),
    })
  );
  assertEquals((await data.newest("G"))?.fid, "f30");
  assertEquals(sent[0]!.url.search, "?query=groupName%3DG&sortBy=arrivalTime&sortOrder=desc&from=0&size=100");
});

Deno.test("groups() lists and filters groups, and group() gets one by its name", async () => {
  const names = ["A&B = *", "R/D %20", "#?", "G"];
  const groups = [
    ...names.map((name) => ({ name, access: "RW" })),
    { name: "S", symbols: true, description: "with symbols" },
    ...Array.from({ length: 1_200 }, (_, number) => ({ name: `more ${number}` })),
  ];
  const { data, emulator } = emulated({ groups });
  const all = await Array.fromAsync(data.groups(), ({ name }) => name);
  assertEquals(all.toSorted(), groups.map(({ name }) => name).toSorted());
  assertEquals(emulator.count("listFileGroups"), 2);
  assertEquals((await Array.fromAsync(data.groups({ writable: true }))).length, 4);
  const [withSymbols, ...others] = await Array.fromAsync(data.groups({ withSymbols: true }));
  assertEquals([withSymbols!.name, others.length], ["S", 0]);
  assertEquals((await Array.fromAsync(data.groups({ text: "with symbols" }))).length, 1);
  for (const name of names) assertEquals((await data.group(name)).name, name);

  const error = await dataError(() => data.group("Nope"));
  assertEquals([error.code, error.fid], ["not_found", undefined]);
  assertStringIncludes(error.message, "Cannot get the group Nope: there is no such group");
  assertEquals((await dataError(() => data.group(".."))).code, "name_not_searchable");
  await assertRejects(() => data.group(""), TypeError, "name must be a non-empty string");
  assertEquals((await fids(data.files("G"))).length, 0);
});
