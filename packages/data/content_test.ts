import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { madeContent } from "@xsignals/emulator";
import { dataError, emulated, fileEntry, NOTE, scripted } from "./stage_test.ts";

const TEXT = "Quiet trading. Zażółć gęślą jaźń.\n";
const BYTES = new TextEncoder().encode(TEXT);

function big(size = 9 * 1024 * 1024) {
  return {
    files: [{ fid: "big", fileName: "big.bin", groupName: "G", content: madeContent(size), arrivalTime: "2024-03-01" }],
  };
}

Deno.test("open() takes a small file of known size through the API, in one request and without a link", async () => {
  const { data, operations } = emulated();
  const file = await data.newest("Market Notes");
  const response = await data.open(file!);
  assertEquals(await response.text(), TEXT);
  assertEquals(operations(), ["authLogin", "searchFiles", "downloadFile"]);
  assertEquals([response.status, response.url, response.redirected], [200, "", false]);
  assertEquals([...response.headers.keys()].filter((name) => name !== "etag"), ["content-length", "content-type"]);
  assertEquals(response.headers.get("content-length"), String(BYTES.length));
});

Deno.test("open() takes what is large, of unknown size, or begun by a link, under each reading of the API", async () => {
  for (const fileLink of [200, 307] as const) {
    const { data, emulator } = emulated({ ...big(), assumptions: { fileLink } });
    const [file] = await Array.fromAsync(data.files("G"));
    await (await data.open(file!)).body!.cancel();
    await (await data.open("big")).body!.cancel();
    await (await data.open({ ...file!, size: 0 })).body!.cancel();
    await (await data.open({ ...file!, size: 1_000 }, { from: 1 })).body!.cancel();
    assertEquals([emulator.count("fetchLink"), emulator.count("downloadFile")], [4, 0]);
  }
  const { data, emulator } = emulated({ assumptions: { downloadBy: "redirect" } });
  const file = await data.newest("Market Notes");
  assertEquals(await (await data.open(file!)).text(), TEXT);
  assertEquals([emulator.count("fetchLink"), emulator.count("downloadFile")], [1, 1]);
});

Deno.test("open() of a link sends nothing of ours but Range, If-Range and Accept-Encoding (6.3, 4)", async () => {
  const links: [string, RequestInit][] = [];
  const { data, emulator } = emulated({}, {
    linkFetch: (input, init) => {
      links.push([String(input), init!]);
      return emulator.fetch(input, init);
    },
  });
  await (await data.open(NOTE)).text();
  emulator.revokeAccessTokens();
  const resumed = await data.open(NOTE, { from: 6, ifMatch: (await data.open(NOTE)).headers.get("etag")! });
  assertEquals(await resumed.text(), TEXT.slice(6));
  assertEquals(emulator.count({ host: "files", credential: "none" }), 3);
  assertEquals(emulator.log.flatMap(({ violation }) => violation ? [violation] : []), []);
  for (const [, { headers, redirect, credentials }] of links) {
    assertEquals([redirect, credentials], ["error", "omit"]);
    const names = [...new Headers(headers).keys()];
    assert(names.every((name) => ["accept-encoding", "if-range", "range"].includes(name)), names.join());
  }
  const [, last] = links.at(-1)!;
  assertEquals(new Headers(last.headers).get("range"), "bytes=6-");
  assertEquals(new Headers(last.headers).get("accept-encoding"), "identity");
});

Deno.test("open() from a byte gives 206, or all of it where the content changed or the server knows no ranges", async () => {
  const { data } = emulated();
  const whole = await data.open(NOTE);
  const etag = whole.headers.get("etag")!;
  await whole.body!.cancel();
  const part = await data.open(NOTE, { from: 6, ifMatch: etag });
  assertEquals([part.status, part.headers.get("content-range")], [206, `bytes 6-${BYTES.length - 1}/${BYTES.length}`]);
  assertEquals([part.headers.get("etag"), await part.text()], [etag, TEXT.slice(6)]);
  const changed = await data.open(NOTE, { from: 6, ifMatch: '"another"' });
  assertEquals([changed.status, await changed.text()], [200, TEXT]);

  const error = await dataError(() => data.open(NOTE, { from: BYTES.length }));
  assertEquals([error.code, error.status, error.expected, error.fid], ["http_error", 416, BYTES.length, NOTE]);

  const { data: plain } = emulated({ assumptions: { ranges: "none" } });
  const all = await plain.open(NOTE, { from: 6 });
  assertEquals([all.status, await all.text()], [200, TEXT]);
});

Deno.test("open() asks once for a new link when one has expired, and then says link_refused (6.3, 5)", async () => {
  const { data, emulator } = emulated();
  for (const from of [0, 6]) {
    emulator.faults.add({ operation: "fetchLink", expire: true });
    assertEquals(await (await data.open(NOTE, { from })).text(), TEXT.slice(from));
  }
  assertEquals([emulator.count("getFile"), emulator.count("fetchLink")], [4, 4]);

  emulator.faults.add({ operation: "fetchLink", expire: true, times: 2 });
  const error = await dataError(() => data.open(NOTE));
  assertEquals([error.code, error.status, error.fid], ["link_refused", 403, NOTE]);
  assertEquals([emulator.count("getFile"), emulator.count("fetchLink")], [6, 6]);

  const { data: redirected, emulator: other } = emulated({ assumptions: { downloadBy: "redirect" } });
  const file = await redirected.newest("Market Notes");
  other.faults.add({ operation: "fetchLink", expire: true });
  assertEquals(await (await redirected.open(file!)).text(), TEXT);
  assertEquals(other.count("downloadFile"), 2);
});

Deno.test("open() of a file that is removed (410), unknown (404) or hidden (403) has a code and a word for each", async () => {
  const { data, emulator } = emulated();
  const file = await data.newest("Market Notes");
  emulator.removeFile(NOTE);
  for (const one of [file!, NOTE]) {
    const error = await dataError(() => data.open(one));
    assertEquals([error.code, error.fid], ["gone", NOTE]);
    assertStringIncludes(error.message, `Cannot open the file ${NOTE}: the file was removed`);
  }
  assertEquals((await dataError(() => data.file(NOTE))).code, "gone");
  const missing = await dataError(() => data.file("never"));
  assertEquals(missing.code, "not_found");
  assertStringIncludes(missing.message, "there is no such file");
  emulator.faults.add({ operation: "getFile", status: 403 });
  const hidden = await dataError(() => data.file("hidden"));
  assertEquals(hidden.code, "forbidden");
  assertStringIncludes(hidden.message, "the account may not see the file");
});

Deno.test("open() retries the API and the file host until headers come", async () => {
  const { data, emulator } = emulated({ now: () => Date.now() });
  const file = await data.newest("Market Notes");
  for (const operation of ["downloadFile", "fetchLink", "getFile"] as const) {
    emulator.faults.add({ operation, status: 502 });
    emulator.faults.add({ operation, drop: true });
  }
  assertEquals(await (await data.open(file!)).text(), TEXT);
  assertEquals(await (await data.open(NOTE)).text(), TEXT);
  assertEquals(emulator.faults.pending, 0);
});

Deno.test("open() of eight files at once renews once after a 401, and loses nothing (6.3, 9)", async () => {
  const { data, emulator } = emulated();
  const file = await data.newest("Market Notes");
  emulator.revokeAccessTokens();
  const texts = await Promise.all(Array.from({ length: 8 }, async () => await (await data.open(file!)).text()));
  assertEquals(texts, Array(8).fill(TEXT));
  assertEquals([emulator.count("authLogin"), emulator.count("authRefresh")], [1, 1]);
});

Deno.test("open() waits where the API or the file host asks for it (6.3, 10)", async () => {
  const later = () => new Response(null, { status: 503, headers: { "retry-after": "7" } });
  let asked = 0;
  const { data, events, sent, finish } = scripted(({ url }) => {
    if (url.host === "files.example") return asked++ === 0 ? later() : new Response("123456789");
    if (url.pathname.endsWith("/download")) return sent.length === 1 ? later() : new Response("123456789");
    return Response.json(fileEntry("f1"), { headers: { location: "https://files.example/f1?sig=x" } });
  });
  for (const file of [{ ...fileEntry("f1"), size: 9 }, "f1"]) {
    assertEquals(await (await finish(data.open(file))).text(), "123456789");
  }
  const waits = events.flatMap((event) => event.type === "waiting" ? [event.ms] : []);
  assertEquals([waits, sent.length], [[7_000, 7_000], 5]);
});

Deno.test("open() refuses what leads away: a web site, a link without https, a link that redirects, another part", async () => {
  const file = { ...fileEntry("f1"), size: 9 };
  const to = (location: string, status = 307) => () => new Response(null, { status, headers: { location } });
  for (
    const [location, host] of [
      ["https://www.xpansiv.com/home", "www.xpansiv.com"],
      ["https://www.example.com/v1/file/f1", "www.example.com"],
      ["http://files.example/f1?X-Amz-Signature=SECRET", "files.example"],
      ["/v1/elsewhere?a=b", "api.example"],
    ] as const
  ) {
    for (const one of [file, "f1"]) {
      const { data, sent } = scripted(to(location));
      const error = await dataError(() => data.open(one));
      assertEquals([error.code, error.status, sent.length], ["unknown_path", 307, 1]);
      assertStringIncludes(error.message, `the server redirects to ${host}; is https://api.example the address`);
      assert(!Deno.inspect(error).includes("SECRET"));
    }
  }
  const { data } = scripted(to("https://files.example/f1?sig=SECRET", 302));
  assertEquals((await dataError(() => data.open(file))).code, "link_refused");

  for (const range of ["bytes 0-8/9", "bytes 3-8/9", "", "bytes */9"]) {
    const { data } = scripted(() => new Response("123456789", { status: 206, headers: { "content-range": range } }));
    assertEquals((await dataError(() => data.open(file))).code, "bad_response");
    const { data: other } = scripted(({ url }) =>
      url.host === "api.example"
        ? Response.json(file, { headers: { location: "https://files.example/f1" } })
        : new Response("123456789", { status: 206, headers: { "content-range": range } })
    );
    assertEquals((await dataError(() => other.open(file, { from: 4 }))).code, "bad_response", range);
  }
});

Deno.test("open() goes through the API where the program may not connect to the host of the links, and names it", async () => {
  const { data, events, emulator } = emulated({ assumptions: { ranges: "both" } }, {
    linkFetch: () => Promise.reject(new Deno.errors.NotCapable("Requires net access to https://x/?SECRET")),
  });
  assertEquals(await (await data.open(NOTE)).text(), TEXT);
  const part = await data.open(NOTE, { from: 6 });
  assertEquals([part.status, await part.text()], [206, TEXT.slice(6)]);
  const told = events.filter(({ type }) => type === "link_not_permitted");
  assertEquals(
    told.map((event) => "host" in event && event.host),
    Array(2).fill("datalake-xpansivprod-ng.s3.amazonaws.com"),
  );
  assertEquals(emulator.count("downloadFile"), 2);
});

Deno.test("open() takes a wrong argument for a TypeError, before anything is sent", async () => {
  const { data, sent } = scripted(() => new Response());
  const wrong: [unknown, unknown, string][] = [
    ["", {}, "file must be a file of files(), or its fid"],
    ["..", {}, "file must be"],
    [undefined, {}, "file must be"],
    [{ fileName: "a" }, {}, "file must be"],
    ["f1", { from: -1 }, "from must be a whole number from 0"],
    ["f1", { from: "6" }, "from must be"],
    ["f1", { ifMatch: 6 }, "ifMatch must be a non-empty string"],
    ["f1", { form: 6 }, "there is no option form"],
  ];
  for (const [file, options, message] of wrong) {
    await assertRejects(() => data.open(file as string, options as never), TypeError, message);
  }
  assertEquals(sent.length, 0);
});

Deno.test("file() gets the members of a file, whatever the status, with a search where a redirect has none", async () => {
  for (const fileLink of [200, 307] as const) {
    const { data } = emulated({ assumptions: { fileLink } });
    const { fileName, groupName, size, owner } = await data.file(NOTE);
    assertEquals([fileName, groupName, size, owner], ["note.txt", "Market Notes", BYTES.length, "emulator"]);
  }
  const bare = scripted(({ url }) =>
    url.pathname.endsWith("/search")
      ? Response.json({ from: 0, totalSize: 1, items: [fileEntry("f1")] })
      : new Response(null, { status: 307, headers: { location: "https://files.example/f1?sig=x" } })
  );
  assertEquals((await bare.data.file("f1")).fileName, "f1.csv");
  assertEquals(bare.sent[1]!.url.searchParams.get("query"), "uuid=f1");

  for (const body of ["<html>", "{}", JSON.stringify({ ...fileEntry("f1"), fid: "f2" }), "null", "[]"]) {
    const { data, finish } = scripted(() => new Response(body));
    assertEquals((await dataError(() => finish(data.file("f1")))).code, "bad_response", body);
  }
});
