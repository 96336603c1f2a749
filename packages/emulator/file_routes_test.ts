import { assertEquals, assertMatch } from "@std/assert";
import { basic, createCaller } from "./caller_test.ts";
import type { EmulatorFile } from "./options.ts";

const ORDERS = "CBL_Active Orders Voluntary Carbon";

function file(fileName: string, more: Partial<EmulatorFile> = {}): EmulatorFile {
  return { fileName, groupName: "G", content: fileName, fid: fileName, arrivalTime: "2024-01-01T00:00:00", ...more };
}

/** The named member of every entry of an answer. */
async function list(answer: Promise<Response>, member: string): Promise<unknown[]> {
  const { items } = await (await answer).json();
  return items.map((item: Record<string, unknown>) => item[member]);
}

Deno.test("GET /file/* needs a credential", async () => {
  const { get, status } = createCaller();
  for (const path of ["/file/group", "/file/group/x", "/file/search", "/file/x", "/file/x/download"]) {
    assertEquals(await status(get(path)), 401, path);
  }
});

Deno.test("GET /file/group answers a page of groups, newest first, with or without the slash", async () => {
  const { get } = createCaller();
  const { from, totalSize, items } = await (await get("/file/group?size=2&from=1", basic())).json();
  assertEquals([from, totalSize, items.length], [1, 3, 2]);
  assertEquals(items[1], {
    access: "R",
    shared: false,
    name: ORDERS,
    description: "Active orders of the voluntary carbon market",
    fields: [{ name: "market", type: "string", defaultValue: "carbon" }, { name: "tradeDate", type: "date" }],
    groupId: 1,
    type: "DATA",
    createTime: Date.UTC(2018, 0, 1),
  });
  assertEquals(await list(get("/file/group/?sortBy=name&sortOrder=asc", basic()), "groupId"), [1, 2, 3]);
});

Deno.test("GET /file/group filters by query, writeOnly and withSymbol", async () => {
  const { get } = createCaller();
  const ids = (query: string) => list(get(`/file/group?sortBy=name&sortOrder=asc&${query}`, basic()), "groupId");
  assertEquals(await ids("query=carbon"), [1]);
  assertEquals(await ids("query=tradeDate"), [1, 2]);
  assertEquals(await ids("query=name%3D*"), [1, 2, 3]);
  assertEquals(await ids("query=name%3DCBL_*"), [1, 2]);
  assertEquals(await ids("query=nothing"), []);
  assertEquals(await ids("writeOnly=true"), [3]);
  assertEquals(await ids("withSymbol=true&writeOnly=false"), [1, 2]);
});

Deno.test("GET /file/group/{name} answers one group by its encoded name", async () => {
  const { get, status } = createCaller();
  const group = await (await get(`/file/group/${encodeURIComponent(ORDERS)}`, basic())).json();
  assertEquals(Object.keys(group), ["name", "description", "fields"]);
  assertEquals(group.name, ORDERS);
  assertEquals(await status(get("/file/group/none", basic())), 404);
});

Deno.test("GET /file/group and /file/search answer 400 to wrong numbers, orders and flags", async () => {
  const { get, status } = createCaller();
  for (const path of ["/file/group", "/file/search"]) {
    for (
      const query of [
        "size=1001",
        "size=-1",
        "size=1.5",
        "size=1e2",
        "size=",
        "size=ten",
        "from=-1",
        "from=x",
        "from=99999999999999999999",
        "sortBy=constructor",
        "sortOrder=up",
      ]
    ) {
      assertEquals(await status(get(`${path}?${query}`, basic())), 400, query);
    }
    assertEquals(await status(get(`${path}?size=1000&from=500`, basic())), 200);
    assertEquals(await status(get(`${path}?size=0`, basic())), 200);
  }
  assertEquals(await status(get("/file/group?writeOnly=yes", basic())), 400);
});

Deno.test("GET /file/search answers pages, newest first by default", async () => {
  const files = Array.from({ length: 250 }, (_, index) => file(`f${index}`, { arrivalTime: `${2000 + index}` }));
  const { get } = createCaller({ files });
  const names = (query: string) => list(get(`/file/search?${query}`, basic()), "fileName");
  assertEquals((await names("")).length, 100);
  assertEquals(await names("size=2"), ["f249", "f248"]);
  assertEquals(await names("size=2&from=249"), ["f0"]);
  assertEquals(await names("from=250"), []);
  assertEquals(await names("size=1&sortBy=arrivalTime&sortOrder=asc"), ["f0"]);
  assertEquals((await names("size=1&sortBy=size"))[0]!.toString().length, 4);
  assertEquals(await names("size=1&sortBy=fileName"), ["f99"]);
});

Deno.test("GET /file/search answers the members of a file without its content", async () => {
  const { get } = createCaller();
  const query = encodeURIComponent("groupName=Market Notes");
  const { from, totalSize, items } = await (await get(`/file/search?query=${query}`, basic())).json();
  assertEquals([from, totalSize], [0, 1]);
  assertEquals(items, [{
    fileName: "note.txt",
    fileType: "SOURCE",
    groupName: "Market Notes",
    fid: "8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14",
    fields: {},
    arrivalTime: "2024-03-05T20:00:00",
    owner: "emulator",
    size: 43,
  }]);
});

Deno.test("GET /file/search filters by conditions of which all must hold", async () => {
  const files = [
    file("one.csv", { fileType: "NCSV", fields: { market: "carbon", year: 2024 } }),
    file("two.csv", { groupName: "H", fields: { market: "power" } }),
    file("three.txt", { groupName: "G=1" }),
  ];
  const { get } = createCaller({ files });
  const names = async (query: string) =>
    (await list(get(`/file/search?query=${encodeURIComponent(query)}`, basic()), "fileName")).sort();
  assertEquals(await names("groupName=G"), ["one.csv"]);
  assertEquals(await names("groupName=g"), []);
  assertEquals(await names("groupName=G=1"), ["three.txt"]);
  assertEquals(await names("name=*.csv"), ["one.csv", "two.csv"]);
  assertEquals(await names("name=*o*c*"), ["one.csv", "two.csv"]);
  assertEquals(await names("name=*.csv&groupName=H"), ["two.csv"]);
  assertEquals(await names("uuid=two.csv"), ["two.csv"]);
  assertEquals(await names("type=NCSV"), ["one.csv"]);
  assertEquals(await names("fields.market=carbon"), ["one.csv"]);
  assertEquals(await names("year=2024"), ["one.csv"]);
  assertEquals(await names("POWER"), ["two.csv"]);
  assertEquals(await names("toString=*"), []);
  assertEquals(await names(""), ["one.csv", "three.txt", "two.csv"]);
});

Deno.test("GET /file/{fileId} answers the members of a file and a link that needs no credential", async () => {
  const { get, emulator } = createCaller();
  const answer = await get("/file/8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d11", basic());
  assertEquals(answer.status, 200);
  const { fileName, size } = await answer.json();
  const link = new URL(answer.headers.get("location")!);
  assertEquals(link.origin, "https://datalake-xpansivprod-ng.s3.amazonaws.com");
  const content = await emulator.fetch(link);
  assertEquals(content.status, 200);
  assertMatch(content.headers.get("content-disposition")!, new RegExp(fileName));
  const text = await content.text();
  assertMatch(text, /^# Active orders\nInstrument,Market,Order Ref,.*Date\(America\/New_York\)/);
  assertEquals(new TextEncoder().encode(text).length, size);
});

Deno.test("GET /file/{fileId}/download streams the bytes of a file", async () => {
  const content = crypto.getRandomValues(new Uint8Array(1000));
  const { get } = createCaller({ files: [file("a", { content }), file("b", { fileType: "NCSV" })] });
  const answer = await get("/file/a/download", basic());
  assertEquals(answer.headers.get("content-type"), "application/octet-stream");
  assertEquals(answer.headers.get("content-length"), "1000");
  assertEquals(await answer.bytes(), content);
  const text = await get("/file/b/download", basic());
  assertEquals([text.headers.get("content-type"), await text.text()], ["text/csv; charset=utf-8", "b"]);
});

Deno.test("GET /file/{fileId} answers 404 for an unknown file, 410 for a removed one", async () => {
  const { get, status, emulator } = createCaller();
  const fid = emulator.addFile({ fileName: "a", groupName: "New", content: "x" });
  assertEquals(await list(get("/file/group?query=name%3DNew", basic()), "name"), ["New"]);
  assertEquals(await list(get("/file/search?size=1", basic()), "fid"), ["8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14"]);
  for (const path of [`/file/${fid}`, `/file/${fid}/download`]) {
    assertEquals(await status(get(path, basic())), 200);
  }
  assertEquals([emulator.removeFile(fid), emulator.removeFile(fid)], [true, false]);
  for (const path of [`/file/${fid}`, `/file/${fid}/download`]) assertEquals(await status(get(path, basic())), 410);
  for (const path of ["/file/none", "/file/none/download"]) assertEquals(await status(get(path, basic())), 404);
});
