import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { createData, type FileQuery } from "@xsignals/data";
import type { EmulatorFile } from "@xsignals/emulator";
import { dataError, emulated, fids, fileEntry, ORDERS, page, scripted } from "./stage_test.ts";

/** `count` files of a group, a second apart. */
function filesOf(count: number, groupName = "G"): EmulatorFile[] {
  return Array.from({ length: count }, (_, number) => ({
    fid: `f${String(number).padStart(5, "0")}`,
    fileName: "orders.csv",
    groupName,
    content: "x",
    arrivalTime: new Date(Date.UTC(2024, 2, 1) + number * 1000).toISOString().slice(0, 19),
  }));
}

Deno.test("files() gives each file once, oldest first, in as many requests as there are pages", async () => {
  const { data, emulator, events } = emulated({ files: filesOf(2_500) });
  const found = await fids(data.files("G"));

  assertEquals(found, filesOf(2_500).map(({ fid }) => fid!));
  assertEquals(emulator.count("searchFiles"), 3);
  assertEquals(events.map((event) => event.type === "page" && [event.entries, event.total]), [
    [1_000, 2_500],
    [1_000, 2_500],
    [504, 2_500],
  ]);
});

Deno.test("files() keeps members that it does not know, and the size", async () => {
  const { data } = emulated();
  const [file] = await Array.fromAsync(data.files(ORDERS));
  assertEquals([file!.size, file!.owner, file!.fields], [439, "emulator", {
    market: "carbon",
    tradeDate: "2024-03-04",
  }]);
});

/** A connection to a group of `count` files that lists none beyond the window, with this status. */
function windowed(count: number, status?: number) {
  const files = filesOf(count);
  return scripted(({ url: { searchParams } }) => {
    const [from, size] = ["from", "size"].map((name) => Number(searchParams.get(name))) as [number, number];
    if (status !== undefined && from + size > 10_000) return new Response(null, { status });
    const sorted = searchParams.get("sortOrder") === "asc" ? files : files.toReversed();
    return Response.json({ from, totalSize: count, items: sorted.slice(from, from + size) });
  });
}

Deno.test("files() with since reads from the newest end no farther than needed, and gives oldest first", async () => {
  const { data, sent } = windowed(12_000, 400);
  const found = await fids(data.files({ group: "G", since: "2024-03-01T03:03:20" })); // 11,000 s later
  assertEquals([found.length, found[0], found.at(-1)], [1_000, "f11000", "f11999"]);
  assertEquals(sent.length, 2);

  const newest = await fids(data.files({ group: "G", since: "2024-03-01T03:19:57", newestFirst: true }));
  assertEquals(newest, ["f11999", "f11998", "f11997"]);
});

Deno.test("files() reads the window of 10,000 to its end, and then says listing_limit (6.3, 2)", async () => {
  for (const [count, status] of [[9_999, 400], [10_001, 400], [10_700, 500], [10_000, undefined]] as const) {
    const { data } = windowed(count, status);
    const found = new Set<string>();
    const reading = async () => {
      for await (const { fid } of data.files("G")) found.add(fid);
    };
    if (status === undefined || count < 10_000) await reading();
    else {
      const error = await dataError(reading);
      assertEquals([error.code, error.status, error.retryable], ["listing_limit", status, false]);
    }
    assertEquals(found.size, Math.min(count, 10_000));
  }
  const { data, sent } = windowed(12_000); // a server without a window
  assertEquals((await fids(data.files("G"))).length, 12_000);
  assertEquals(sent.length, 14); // one more at the window
});

Deno.test("files() takes names that must be encoded, once, and gives the right group's files (6.3, 3)", async () => {
  const names = [
    "a b",
    "100%",
    "a%20b",
    "a+b",
    "R/D",
    "#1",
    "what?",
    `"quoted" 'twice'`,
    "😀 zażółć",
    "x".repeat(500),
    " spaces ",
    "a;b,c",
    "back\\slash",
  ];
  const files = names.flatMap((name, number) => [
    { fid: `f${number}`, fileName: "a", groupName: name, content: "" },
    { fid: `other${number}`, fileName: "a", groupName: `${name}x`, content: "" },
  ]);
  for (const queryMatch of ["exact", "loose", "tokens"] as const) {
    const { data } = emulated({ files, assumptions: { queryMatch } });
    for (const [number, name] of names.entries()) assertEquals(await fids(data.files(name)), [`f${number}`], name);
  }
});

Deno.test("files(), newest() and arrivals() refuse names that the query cannot carry, and send nothing", async () => {
  for (const [name, character] of [["R&D = research", "&"], ["a=b", "="], ["Star*Group", "*"]] as const) {
    const { data, emulator } = emulated({ files: [{ fileName: "a", groupName: name, content: "" }] });
    for (const call of [() => fids(data.files(name)), () => data.newest(name), () => data.arrivals(name)]) {
      const error = await dataError(call);
      assertEquals(error.code, "name_not_searchable");
      assertStringIncludes(error.message, `a name with ${character}`);
    }
    assertEquals(emulator.log.length, 0);
  }
});

Deno.test("files() of a group that does not exist is not_found, of an empty one nothing", async () => {
  const { data, operations } = emulated({ groups: [{ name: "Empty" }] });
  const error = await dataError(() => fids(data.files("Nope")));
  assertEquals([error.code, error.status], ["not_found", 404]);
  assertStringIncludes(error.message, "Cannot list the files of Nope: there is no such group (status 404");
  assertEquals(operations(), ["authLogin", "searchFiles", "getFileGroup"]);

  assertEquals(await fids(data.files("Empty")), []);
  assertEquals(await data.newest("Empty"), undefined);
  assertEquals((await dataError(() => data.newest("Nope"))).code, "not_found");
  assertEquals((await dataError(() => data.arrivals("Nope"))).code, "not_found");
});

Deno.test("files() reads the list under both names, and calls a page with neither bad_response", async () => {
  const { data } = scripted(() => Response.json({ from: 0, totalSize: 1, files: [fileEntry("f1")] }));
  assertEquals(await fids(data.files("G")), ["f1"]);

  const wrong = [
    {},
    { items: "text" },
    { items: [{ fileName: "a" }] },
    { items: [{ ...fileEntry("f1"), fid: 7 }] },
    [],
    7,
  ];
  for (const body of [...wrong.map((one) => JSON.stringify(one)), "<html></html>", ""]) {
    const { data, finish } = scripted(() => new Response(body, { headers: { "content-type": "text/html" } }));
    const error = await dataError(() => finish(fids(data.files("G"))));
    assertEquals(error.code, "bad_response", body);
  }
});

Deno.test("files() notices a server that repeats its page, and one that does not go on", async () => {
  for (const count of [1, 2, 3, 1_000]) {
    const same = Array.from({ length: count }, (_, number) => `f${number}`);
    const { data } = scripted(() => page(same, { totalSize: 5_000 }));
    assertEquals((await dataError(() => fids(data.files("G")))).code, "bad_response", String(count));
  }
  const full = Response.json({ items: Array.from({ length: 1_000 }, (_, number) => fileEntry(`f${number}`)) });
  const uncounted = scripted(() => full.clone());
  assertEquals((await dataError(() => fids(uncounted.data.files("G")))).code, "bad_response");
  await full.body!.cancel();
  const counts = scripted(({ url }) =>
    page(["f1", "f2", "f3"].slice(Number(url.searchParams.get("from"))), { totalSize: 5 })
  );
  assertEquals((await dataError(() => fids(counts.data.files("G")))).code, "bad_response");
  assert(counts.sent.length < 6);
  const { data } = scripted(() => page([], { totalSize: 5 }));
  assertEquals((await dataError(() => fids(data.files("G")))).code, "bad_response");
});

Deno.test("files() needs no total", async () => {
  for (const count of [0, 1, 999, 1_000, 1_001, 2_500]) {
    const all = Array.from({ length: count }, (_, number) => fileEntry(`f${String(number).padStart(5, "0")}`));
    const { data, sent } = scripted(({ url: { pathname, searchParams } }) => {
      if (pathname.endsWith("/G")) return Response.json({ name: "G" });
      const from = Number(searchParams.get("from"));
      return Response.json({ items: all.slice(from, from + Number(searchParams.get("size"))) });
    });
    assertEquals(await fids(data.files("G")), all.map(({ fid }) => fid));
    assert(sent.length <= count / 1_000 + 2);
  }
});

Deno.test("files() gives up with listing_unstable when each page begins somewhere else", async () => {
  const { data } = scripted(({ url }, count) => {
    const isFirst = url.searchParams.get("from") === "0";
    return page(isFirst ? ["f1", "f2", "f3"] : [`g${count}`, `h${count}`], { totalSize: 5_000 });
  });
  const error = await dataError(() => fids(data.files("G")));
  assertEquals([error.code, error.retryable], ["listing_unstable", true]);
});

Deno.test("files() finds the file that hides behind another one of its time, by the server's count", async () => {
  // Both entries of one time come in another order each time, on pages of two.
  const pages: Record<string, string[][]> = { 0: [["f1", "f2"]], 1: [["f2", "f2"], ["f2", "f3"]] };
  const { data } = scripted(({ url }) => {
    const from = url.searchParams.get("from")!;
    const [first, ...others] = pages[from]!;
    if (others.length > 0) pages[from] = others;
    return page(first!, { totalSize: 3 });
  });
  assertEquals(await fids(data.files("G")), ["f1", "f2", "f3"]);
});

Deno.test("files() misses none whose place another one of its time took when one went and one came", async () => {
  // Each list is a request's, and the last one that of all others: `y1` is `y`, which arrived in second 1.
  const histories: [size: number, lists: string[]][] = [
    [2, ["a0 x1 y1 z2", "y1 x1 z2 w3"]],
    [4, ["a0 b1 c1 d1 x1 y1", "b1 c1 x1 d1 y1 w2"]],
    [1, ["a1 x2", "a1 x2", "a1 x2", "x2 w3"]],
  ];
  for (const [size, lists] of histories) {
    const { data } = scripted(({ url }, count) => {
      const list = lists[Math.min(count, lists.length) - 1]!.split(" ");
      const from = Number(url.searchParams.get("from"));
      const items = list.slice(from, from + size).map(([fid, second]) => {
        return { ...fileEntry(fid!), arrivalTime: `2024-03-01T00:00:0${second}` };
      });
      return Response.json({ totalSize: list.length, items });
    });
    const found = await fids(data.files("G"));
    const all = lists.join(" ").split(" ").map(([fid]) => fid);
    assertEquals(found.toSorted(), [...new Set(all)].toSorted() as string[]);
  }
});

Deno.test("files() goes on in a list that is not sorted, by what it knows", async () => {
  const order = ["f5", "f1", "f9", "f3", "f7", "f2"];
  const { data } = scripted(({ url }) => {
    const from = Number(url.searchParams.get("from"));
    return page(order.slice(from, from + 3), { totalSize: order.length });
  });
  assertEquals(await fids(data.files("G")), order);
});

Deno.test("files() looks at the signal between pages, and sends nothing after it", async () => {
  const { data, emulator } = emulated({ files: filesOf(2_500) });
  const stop = new AbortController();
  const seen: string[] = [];
  let reason: unknown;
  try {
    for await (const { fid } of data.files("G", { signal: stop.signal })) {
      seen.push(fid);
      stop.abort("enough");
    }
  } catch (error) {
    reason = error;
  }
  assertEquals([reason, seen.length, emulator.count("searchFiles")], ["enough", 1_000, 1]);
});

Deno.test("files() leaves off when its reader does", async () => {
  const { data, emulator } = emulated({ files: filesOf(2_500) });
  for await (const _ of data.files("G")) break;
  assertEquals(emulator.count("searchFiles"), 1);
});

Deno.test("files() renews once in the middle of a list of 30 pages (6.3, 9)", async () => {
  const files = filesOf(300);
  const { data, emulator } = emulated({ files });
  emulator.faults.add({
    operation: "searchFiles",
    stage: "after",
    times: Infinity,
    respond: async (_, answer) => {
      if (!answer!.ok) return answer!;
      const body = await answer!.json();
      return Response.json({ ...body, items: body.items?.slice(0, 12) }); // pages of 12
    },
  });
  const found: string[] = [];
  for await (const { fid } of data.files("G")) {
    found.push(fid);
    if (found.length === 150) emulator.revokeAccessTokens();
  }
  assertEquals(found, files.map(({ fid }) => fid!));
  assert(emulator.count("searchFiles") >= 30);
  assertEquals([emulator.count("authLogin"), emulator.count("authRefresh")], [1, 1]);
});

Deno.test("files() takes a wrong argument for a TypeError at once", () => {
  const { data, sent } = scripted(() => page([]));
  const wrong: [unknown, string][] = [
    ["", "group must be a non-empty string"],
    ["\ud800", "group must be a non-empty string"],
    [undefined, "its options must be an object"],
    [{ group: "G", sinse: "2024-03-01" }, "there is no option sinse"],
    [{ group: "G", since: new Date() }, "since must be a date or a local time"],
    [{ group: "G", since: "2024-03-01T12:00:00Z" }, "since must be"],
    [{ group: "G", since: "2024-13-01" }, "since must be"],
    [{ group: "G", since: "2024-02-30" }, "since must be"],
    [{ group: "G", since: "yesterday" }, "since must be"],
    [{ group: "G", newestFirst: 1 }, "newestFirst must be true or false"],
  ];
  for (const [query, message] of wrong) {
    assertThrows(() => data.files(query as FileQuery), TypeError, message);
  }
  assertThrows(() => data.files("G", { signal: "no" } as never), TypeError, "signal must be an AbortSignal");
  assertThrows(() => data.groups({ text: 1 } as never), TypeError, "text must be a non-empty string");
  assertEquals(sent.length, 0);
});

Deno.test("files() of a web site's address is unknown_path, and names the host", async () => {
  const { data, emulator } = emulated({ assumptions: { unknownPath: 307 } });
  assertEquals((await fids(data.files(ORDERS))).length, 2);
  emulator.faults.add({
    operation: "searchFiles",
    status: 307,
    headers: { location: "https://www.xpansiv.com/home?token=SECRET" },
  });
  const error = await dataError(() => fids(data.files(ORDERS)));
  assertEquals(error.code, "unknown_path");
  assertStringIncludes(error.message, "redirects to www.xpansiv.com; is https://api.xsignals.xpansiv.com the address");
  assert(!Deno.inspect(error).includes("SECRET"));
});

Deno.test("createData() takes the emulator, or any fetch with an address, for a connection", async () => {
  const fetch = () => Promise.resolve(page(["f1"]));
  assertEquals(await fids(createData({ fetch, baseUrl: "https://api.example/path/" }).files("G")), ["f1"]);
});
