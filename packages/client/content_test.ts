import { assert, assertEquals, assertRejects, fail } from "@std/assert";
import { ClientError, connect, downloadFile, getFile, queryTimeSeries } from "@xsignals/client";
import { recorder, untyped } from "./recorder_test.ts";

Deno.test("downloadFile() gives the content as it comes, whatever its type, and holds none of it (found 133)", async () => {
  for (const type of ["text/csv", "application/json", "application/octet-stream"]) {
    let made = 0;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        made++;
        controller.enqueue(new Uint8Array(1024 * 1024));
      },
    });
    const { fetch } = recorder(() => new Response(body, { headers: { "content-type": type } }));
    const { data, error } = await downloadFile({ client: connect({ fetch }), path: { fileId: "f" } });
    const stream: ReadableStream<Uint8Array<ArrayBuffer>> = data ?? fail(`no stream: ${error}`);
    const reader = stream.getReader();
    for (let block = 0; block < 20; block++) assertEquals((await reader.read()).value?.length, 1024 * 1024);
    assert(made < 25, `${made} blocks were made for 20 that were read`);
    await reader.cancel();
  }
});

Deno.test("downloadFile() gives what the caller asks for in place of a stream (found 133)", async () => {
  const { fetch, seen } = recorder(() => new Response("b,c", { status: 206 }));
  const call = {
    client: connect({ fetch }),
    path: { fileId: "f" },
    headers: { "Range": "bytes=2-4", "If-Range": '"1"' },
  };
  assertEquals(await new Response((await downloadFile({ ...call, throwOnError: true })).data).text(), "b,c");
  assertEquals((await downloadFile({ ...call, parseAs: "text" })).data, untyped("b,c"));
  assertEquals([seen[0]?.headers.get("range"), seen[0]?.headers.get("if-range")], ["bytes=2-4", '"1"']);
});

Deno.test("downloadFile() gives an empty stream for a file without content (found 133)", async () => {
  for (const body of [null, ""]) {
    for (const headers of [new Headers(), new Headers({ "content-length": "0" })]) {
      const { fetch } = recorder(() => new Response(body, { headers }));
      const { data, response } = await downloadFile({ client: connect({ fetch }), path: { fileId: "f" } });
      assertEquals([data && await new Response(data).text(), response?.status], ["", 200]);
    }
  }
});

Deno.test("queryTimeSeries() gives the rows as they come, in any format and under any type", async () => {
  const keys = [{ symbols: { a: "*" }, groupName: "g", columns: [], pattern: true }];
  const body = { keys, startDate: null, endDate: null, formatType: "NCSV" } as const;
  for (const type of ["text/csv", "application/json", "text/plain"]) {
    const { fetch, seen } = recorder(() => new Response("a,Date,b\n", { headers: { "content-type": type } }));
    const { data } = await queryTimeSeries({ client: connect({ fetch }), body, throwOnError: true });
    assertEquals(await new Response(data).text(), "a,Date,b\n");
    assertEquals(await seen[0]?.json(), body);
    assertEquals([seen[0]?.method, seen[0]?.redirect], ["POST", "manual"]);
  }
});

Deno.test("getFile() gives the metadata and the link under a redirect too (found 134)", async () => {
  const location = "https://files.example/f?X-Amz-Signature=SECRET";
  const file = { fid: "f", fileName: "a.csv", groupName: "g" };
  for (const status of [200, 301, 302, 303, 307, 308]) {
    for (const body of [JSON.stringify(file), "", "{}", "<html>moved</html>"]) {
      if (status === 200 && body !== JSON.stringify(file)) continue;
      const { fetch, seen } = recorder(() => new Response(body, { status, headers: { location, "x-a": "1" } }));
      const call = { client: connect({ fetch }), path: { fileId: "f" } };
      const thrown = await getFile({ ...call, throwOnError: true });
      const told = await getFile(call);
      for (const { data, response } of [thrown, told]) {
        assertEquals(data, untyped(body.includes("fid") ? file : { fid: "f" }));
        assertEquals([response?.status, response?.headers.get("location")], [status, location]);
        assertEquals(response?.headers.get("x-a"), "1");
      }
      assertEquals([told.error, seen[0]?.redirect], [undefined, "manual"]);
    }
  }
});

Deno.test("getFile() takes no link from a redirect to the vendor's web site, or without one (found 134)", async () => {
  for (const location of ["https://www.xpansiv.com/home", "https://xpansiv.com/?token=SECRET", "", "no address"]) {
    const { fetch } = recorder(() => new Response(null, { status: 307, headers: { location } }));
    const call = { client: connect({ fetch }), path: { fileId: "f" } };
    const error = await assertRejects(() => getFile({ ...call, throwOnError: true }), ClientError);
    const host = URL.canParse(location) ? `, a redirect to ${new URL(location).hostname}` : "";
    assertEquals([error.status, error.code], [307, "http_error"]);
    assertEquals(error.message, `Cannot call GET /file/{fileId}: the server answered 307${host}`);
  }
});

Deno.test("downloadFile() with throwOnError throws at a redirect, whose content is not here (found 134)", async () => {
  const location = "https://files.example/f?X-Amz-Signature=SECRET";
  const { fetch } = recorder(() => new Response(null, { status: 307, headers: { location } }));
  const call = { client: connect({ fetch }), path: { fileId: "f" } };
  const error = await assertRejects(() => downloadFile({ ...call, throwOnError: true }), ClientError);
  assertEquals(
    error.message,
    "Cannot call GET /file/{fileId}/download: the server answered 307, a redirect to files.example",
  );
});

Deno.test("getFile() and downloadFile() leave a redirect to the caller, who finds the link in it", async () => {
  const location = "https://files.example/f?X-Amz-Signature=s";
  const { fetch, seen } = recorder(() => new Response(null, { status: 307, headers: { location } }));
  for (const operation of [getFile, downloadFile]) {
    const { response } = await operation({ client: connect({ fetch }), path: { fileId: "f" } });
    assertEquals([response?.status, response?.headers.get("location")], [307, location]);
  }
  assertEquals(seen.map(({ redirect }) => redirect), ["manual", "manual"]);
});
