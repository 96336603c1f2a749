import { assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import { basic, type Caller, createCaller } from "./caller_test.ts";
import type { Assumptions, GivenAssumptions } from "./assumptions.ts";
import type { EmulatorFile } from "./options.ts";

function file(fid: string, more: Partial<EmulatorFile> = {}): EmulatorFile {
  return { fid, fileName: fid, groupName: "G", content: fid, arrivalTime: "2024-01-01T00:00:00", ...more };
}

async function fids({ get }: Caller, query = ""): Promise<string[]> {
  const { items } = await (await get(`/file/search?${query}`, basic())).json();
  return items.map(({ fid }: { fid: string }) => fid);
}

Deno.test("createEmulator() tells a file's size as fileSize says", async () => {
  const expected: Record<Assumptions["fileSize"], number | undefined> = {
    exact: 4,
    zero: 0,
    missing: undefined,
    wrong: 5,
  };
  for (const [fileSize, size] of Object.entries(expected)) {
    const { get } = createCaller({ files: [file("four")], assumptions: { fileSize } });
    const { items: [listed] } = await (await get("/file/search", basic())).json();
    const single = await (await get("/file/four", basic())).json();
    assertEquals([listed.size, single.size, "size" in single], [size, size, size !== undefined]);
    assertEquals((await get("/file/four/download", basic())).headers.get("content-length"), "4");
  }
});

Deno.test("createEmulator() compares the values of a query as queryMatch says", async () => {
  const files = [
    file("1", { groupName: "CBL Orders" }),
    file("2", { groupName: "CBL Orders Old" }),
    file("3", { groupName: "cbl orders" }),
    file("4", { groupName: "Trades (CBL)" }),
    file("5", { groupName: "CBLOrders" }),
  ];
  const expected: Record<Assumptions["queryMatch"], Record<string, string[]>> = {
    exact: { "groupName=CBL Orders": ["1"], "groupName=CBL*Orders": ["1", "5"], "uuid=1": ["1"], cbl: [..."12345"] },
    loose: { "groupName=CBL Orders": ["1", "2", "3"], "groupName=CBL*Orders": ["1", "2", "3", "5"], "uuid=1": ["1"] },
    tokens: { "groupName=CBL Orders": ["1", "2", "3", "4"], "groupName=(Old)": ["2"], "groupName=*": [] },
  };
  for (const [queryMatch, queries] of Object.entries(expected)) {
    const caller = createCaller({ files, assumptions: { queryMatch } });
    for (const [query, found] of Object.entries(queries)) {
      assertEquals((await fids(caller, `query=${encodeURIComponent(query)}`)).sort(), found, `${queryMatch} ${query}`);
    }
  }
});

Deno.test("createEmulator() with deepPaging 10000 answers 400 to pages beyond, with none it goes on", async () => {
  for (const [deepPaging, statuses] of [["10000", [200, 400, 400]], ["none", [200, 200, 200]]] as const) {
    const { get, status } = createCaller({ assumptions: { deepPaging } });
    for (const path of ["/file/search", "/file/group", "/ts/symbol/search"]) {
      const pages = ["from=9000&size=1000", "from=9001&size=1000", "from=10000&size=1"];
      const found = [];
      for (const page of pages) found.push(await status(get(`${path}?${page}`, basic())));
      assertEquals(found, [...statuses], path);
    }
  }
});

Deno.test("createEmulator() with tieOrder random orders equal keys anew in each answer, the same way in each run", async () => {
  const files = Array.from({ length: 8 }, (_, index) => file(`f${index}`, { arrivalTime: `202${index >> 2}` }));
  const run = async (tieOrder: Assumptions["tieOrder"]) => {
    const caller = createCaller({ files, assumptions: { tieOrder } });
    return [await fids(caller), await fids(caller), await fids(caller, "sortOrder=asc")];
  };
  const [stable, random] = [await run("stable"), await run("random")];
  assertEquals(stable[0], ["f4", "f5", "f6", "f7", "f0", "f1", "f2", "f3"]);
  assertEquals(stable[0], stable[1]);
  assertNotEquals(random[0], random[1]);
  assertEquals(random, await run("random"));
  for (const found of random.slice(0, 2)) assertEquals(found.slice(0, 4).sort(), ["f4", "f5", "f6", "f7"]);
  assertEquals(random[2]!.slice(0, 4).sort(), ["f0", "f1", "f2", "f3"]);
});

Deno.test("createEmulator() with downloadBy redirect leads to a presigned link", async () => {
  const { get, emulator } = createCaller({ files: [file("f")], assumptions: { downloadBy: "redirect" } });
  const answer = await get("/file/f/download", basic());
  const link = answer.headers.get("location")!;
  assertEquals(answer.status, 307);
  assertMatch(link, /^https:\/\/datalake-xpansivprod-ng\.s3\.amazonaws\.com\/f\?/);
  assertEquals(await (await emulator.fetch(link)).text(), "f");
});

Deno.test("createEmulator() with visibleAfter 200 lists a file 200 s after it arrived, whatever its arrivalTime says", async () => {
  const assumptions: GivenAssumptions = { visibleAfter: 200 };
  const caller = createCaller({ files: [file("first")], assumptions });
  const { emulator, clock, get, status } = caller;
  assertEquals(await fids(caller), ["first"]);
  emulator.addFile(file("early", { arrivalTime: "2023-01-01T00:00:00" }));
  emulator.addFile({ fid: "now", fileName: "n", groupName: "G", content: "" });
  assertEquals(await fids(caller), ["first"]);
  assertEquals(await status(get("/file/now", basic())), 200);
  clock.ms += 199_999;
  assertEquals(await fids(caller, "query=uuid%3Dnow"), []);
  clock.ms += 1;
  assertEquals(await fids(caller), ["now", "first", "early"]);
  const { items: [{ arrivalTime }] } = await (await get("/file/search", basic())).json();
  assertEquals(arrivalTime, new Date(clock.ms - 200_000).toISOString().slice(0, 19));
});

Deno.test("changeFile() changes members under the same id, and throws for what it cannot do", async () => {
  const caller = createCaller({ files: [file("f"), file("g")] });
  const { emulator, get } = caller;
  emulator.changeFile("f", { fileName: "new", groupName: "New", arrivalTime: "2025-01-01T00:00:00", owner: undefined });
  assertEquals(await fids(caller), ["f", "g"]);
  const changed = await (await get("/file/f", basic())).json();
  assertEquals([changed.fileName, changed.groupName, changed.owner], ["new", "New", "emulator"]);
  assertEquals((await (await get("/file/group?query=name%3DNew", basic())).json()).totalSize, 1);
  assertThrows(() => emulator.changeFile("none", {}), TypeError, "Cannot change the file: no file has this fid");
  assertThrows(() => emulator.changeFile("f", { fileName: "" }), TypeError, "must be non-empty strings");
  assertThrows(() => emulator.changeFile("f", { content: 5 as never }), TypeError, "content must be");
  assertEquals((await (await get("/file/f", basic())).json()).fileName, "new");
});
