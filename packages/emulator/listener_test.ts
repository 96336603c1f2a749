import { assertEquals, assertRejects } from "@std/assert";
import { listen } from "./listener.ts";
import { ErrorAnswer } from "./error_answer.ts";

/** Sends bytes as they are and returns all that comes back. */
async function raw(port: number, request: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(request));
  return await new Response(connection.readable).text().catch(() => "broken");
}

Deno.test("listen() passes on the request unchanged", async () => {
  const { port, close } = await listen(0, async (request) => {
    const { method, url, headers } = request;
    return Response.json([method, new URL(url).href, headers.get("authorization"), await request.text()]);
  });
  const answer = await fetch(`http://localhost:${port}/a%2Fb?c=d`, {
    method: "POST",
    headers: { authorization: "Basic x" },
    body: "zażółć",
  });
  assertEquals(await answer.json(), ["POST", `http://localhost:${port}/a%2Fb?c=d`, "Basic x", "zażółć"]);
  const doubled = "GET //x/y HTTP/1.1\r\nHost: h\r\nAuthorization: a\r\nAuthorization: b\r\nConnection: close\r\n\r\n";
  assertEquals((await raw(port, doubled)).includes('["GET","http://h//x/y","a, b",""]'), true);
  const nameless = "GET /x HTTP/1.0\r\n\r\n";
  assertEquals((await raw(port, nameless)).includes(`["GET","http://127.0.0.1:${port}/x",null,""]`), true);
  await close();
});

Deno.test("listen() keeps the answer's Date and streams the body", async () => {
  const date = "Thu, 01 Jan 1970 00:00:00 GMT";
  const { port, close } = await listen(0, () => {
    const body = new Blob(["one", "two"]).stream();
    return Promise.resolve(new Response(body, { status: 418, headers: { date, "x-a": "b" } }));
  });
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  assertEquals([answer.status, answer.headers.get("date"), answer.headers.get("x-a")], [418, date, "b"]);
  assertEquals(await answer.text(), "onetwo");
  await close();
});

Deno.test("listen() sends what a body had before it broke, and tells the end by the connection if the answer says close", async () => {
  const { port, close } = await listen(0, ({ url }) => {
    const breaks = new URL(url).pathname === "/broken";
    const pieces = ["one", "x".repeat(300_000), "three"];
    const body = new ReadableStream({
      pull(controller) {
        const piece = pieces.shift();
        if (piece !== undefined) controller.enqueue(new TextEncoder().encode(piece));
        else if (breaks) throw new TypeError("lost");
        else controller.close();
      },
    });
    return Promise.resolve(new Response(body, { headers: breaks ? {} : { connection: "close" } }));
  });
  const head = "HTTP/1.1\r\nHost: h\r\n\r\n";
  const whole = await raw(port, `GET / ${head}`);
  assertEquals([whole.slice(whole.indexOf("\r\n\r\n") + 4).length, whole.includes("chunked")], [300_008, false]);
  const broken = await raw(port, `GET /broken ${head}`);
  assertEquals([broken.includes("chunked"), broken.endsWith("three\r\n")], [true, true]);
  await close();
});

Deno.test("listen() breaks the connection without a byte if the answer rejects", async () => {
  const { port, close } = await listen(0, () => Promise.reject(new TypeError("lost")));
  assertEquals(await raw(port, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"), "");
  const error = await assertRejects(
    () => fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: new Blob(["x"]) }),
    TypeError,
  );
  assertEquals(String(error.cause).includes("SendRequest"), true);
  await close();
});

Deno.test("listen() aborts the request's signal when the caller is gone", async () => {
  const gone = Promise.withResolvers<void>();
  const here = Promise.withResolvers<void>();
  const { port, close } = await listen(0, ({ signal }) => {
    signal.addEventListener("abort", () => gone.resolve());
    here.resolve();
    return new Promise(() => {});
  });
  const caller = new AbortController();
  const call = fetch(`http://127.0.0.1:${port}/`, { signal: caller.signal });
  await here.promise;
  caller.abort();
  await assertRejects(() => call, DOMException);
  await gone.promise;
  await close();
});

Deno.test("listen() answers a request whose body is read in part or not at all, and closes the connection", async () => {
  const { port, close } = await listen(0, async ({ url, body }) => {
    if (new URL(url).pathname === "/part") { for await (const chunk of body!) if (chunk.length > 0) break; }
    return new Response("enough", { status: 413 });
  });
  for (const path of ["/part", "/none"]) {
    const chunks = "1000\r\n" + "x".repeat(4096) + "\r\n";
    const head = `POST ${path} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const answer = await raw(port, head + chunks.repeat(4));
    assertEquals([answer.startsWith("HTTP/1.1 413"), answer.includes("enough")], [true, true], path);
  }
  await close();
});

Deno.test("listen() asks for an answer to a malformed request with the error", async () => {
  const seen: [method: string, path: string, status?: number][] = [];
  const { port, close } = await listen(0, ({ method, url }, error) => {
    seen.push([method, new URL(url).pathname, error?.status]);
    return Promise.resolve(new Response(error?.message ?? "good"));
  });
  const answers = [
    await raw(port, "GET /a HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n"),
    await raw(port, "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n"),
    await raw(port, "FOO /c HTTP/1.1\r\nHost: h\r\n\r\n"),
    await raw(port, "CONNECT /d HTTP/1.1\r\nHost: h\r\n\r\n"),
    await raw(port, "nonsense\r\n\r\n"),
  ];
  assertEquals(answers.map((answer) => answer.includes("good")), [false, false, true, true, false]);
  assertEquals(seen, [
    ["GET", "/a", 400],
    ["POST", "/b", 400],
    ["FOO", "/c", undefined],
    ["CONNECT", "/d", undefined],
    ["-", "/", 400],
  ]);
  await close();
});

Deno.test("listen() answers a request before the error for the nonsense after it", async () => {
  const { port, close } = await listen(0, async (request, error) => {
    return new Response(error ? "refused" : `got ${await request.text()}`);
  });
  const answer = await raw(port, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcdefg\r\n\r\n");
  assertEquals(answer.match(/HTTP|got abc|refused/g), ["HTTP", "got abc", "HTTP", "refused"]);
  await close();
});

Deno.test("listen() ends a malformed body with an error, and closes the connection after the answer", async () => {
  const failed = Promise.withResolvers<unknown>();
  const { port, close } = await listen(0, async (request) => {
    await request.text().catch(failed.resolve);
    return new Response("refused");
  });
  const head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  const answer = await raw(port, `${head}1\r\na\r\nzz\r\nabc\r\n`);
  assertEquals(answer.match(/HTTP|refused/g), ["HTTP", "refused"]);
  const reason = await failed.promise;
  assertEquals(reason instanceof ErrorAnswer && reason.status, 400);
  await close();
});

Deno.test("listen() breaks a connection if the answer to a malformed request rejects", async () => {
  const { port, close } = await listen(0, () => Promise.reject(new TypeError("lost")));
  assertEquals([await raw(port, "nonsense\r\n\r\n"), await raw(port, "CONNECT a:1 HTTP/1.1\r\nHost: h\r\n\r\n")], [
    "",
    "",
  ]);
  await close();
});

Deno.test("listen() drops open connections at close()", async () => {
  const { port, close } = await listen(0, () => Promise.resolve(new Response("ok")));
  const connections = [];
  for (const request of ["CONNECT a:1 HTTP/1.1\r\nHost: h\r\n\r\n", "nonsense\r\n\r\n", "GET / HTTP/1.1\r\n"]) {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(new TextEncoder().encode(request));
    connections.push(connection);
  }
  await connections[1]!.read(new Uint8Array(1));
  await close();
  for (const connection of connections) connection.close();
});

Deno.test("listen() rejects for a port that is in use", async () => {
  const { port, close } = await listen(0, () => Promise.resolve(new Response("ok")));
  await assertRejects(() => listen(port, () => Promise.reject()), Error, "EADDRINUSE");
  await close();
});
