import { assertEquals, assertMatch } from "@std/assert";
import { basic } from "./caller_test.ts";
import { serveEmulator } from "./serve.ts";

const NOW = Date.UTC(2001, 1, 3, 4, 5, 6);
const DATE = new Date(NOW).toUTCString();

/** Sends bytes as they are and returns the answers: status lines, headers, bodies. */
async function raw(origin: string, request: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(request));
  return await new Response(connection.readable).text();
}

Deno.test("serveEmulator() answers every method in the server's form and with its clock, and logs it", async () => {
  const { emulator, api, stop } = await serveEmulator({ now: () => NOW });
  const ends = `Host: h\r\nAuthorization: ${basic()}\r\nConnection: close\r\n\r\n`;
  for (const method of ["TRACE", "TRACK", "CONNECT", "FOO", "get", "PROPFIND"]) {
    const known = await raw(api, `${method} /auth/login HTTP/1.1\r\n${ends}`);
    assertMatch(
      known,
      /^HTTP\/1\.1 405 [^]*\r\nallow: GET\r\n[^]*\{"message":"The method is not allowed here"\}/,
      method,
    );
    const unknown = await raw(api, `${method} /nothing HTTP/1.1\r\n${ends}`);
    assertMatch(unknown, /^HTTP\/1\.1 404 [^]*\{"message":"There is no such resource"\}/, method);
    for (const answer of [known, unknown]) assertEquals(answer.match(/^date: .*$/gim), [`date: ${DATE}`], answer);
    assertEquals(emulator.log.slice(-2).map(({ path, status, credential }) => [path, status, credential]), [
      ["/auth/login", 405, "basic"],
      ["/nothing", 404, "basic"],
    ]);
    assertEquals(emulator.count({ method }), 2);
  }
  await stop();
});

Deno.test("serveEmulator() answers malformed requests in the server's form and with its clock, and logs them", async () => {
  const { emulator, api, auth0, files, stop } = await serveEmulator({ now: () => NOW });
  const host = "Host: h\r\nConnection: close\r\n";
  const malformed: [request: string, logged: [method: string, path: string], status?: number][] = [
    ["GET /a HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", ["GET", "/a"]],
    ["GET /a HTTP/1.1\r\nConnection: close\r\n\r\n", ["GET", "/a"]],
    [`POST /auth/refresh?x HTTP/1.1\r\n${host}Content-Length: 5x\r\n\r\nabc`, ["POST", "/auth/refresh"]],
    [`POST /a HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, ["POST", "/a"]],
    [`GET /a HTTP/1.1\r\n${host}a b: c\r\n\r\n`, ["GET", "/a"]],
    [`GET /a HTTP/1.1\r\n${host}Expect: x\r\n\r\n`, ["GET", "/a"], 417],
    [`GET /a HTTP/1.1\r\n${host}X: ${"x".repeat(70_000)}\r\n\r\n`, ["GET", "/a"], 431],
    ["nonsense\r\n\r\n", ["-", "/"]],
    ["\x16\x03\x01\x02", ["-", "/"]],
  ];
  const forms: [origin: string, form: RegExp][] = [
    [api, /\r\n\r\n(\w+\r\n)?\{"message":"[^"]+"\}/],
    [auth0, /\r\n\r\n(\w+\r\n)?\{"error":"invalid_request","error_description":"[^"]+"\}/],
    [files, /\r\n\r\n(\w+\r\n)?<\?xml [^]*<Message>[^<]+<\/Message><\/Error>/],
  ];
  for (const [origin, form] of forms) {
    for (const [request, [method, path], status = 400] of malformed) {
      const answer = await raw(origin, request);
      assertMatch(answer, form, request);
      assertEquals(answer.startsWith(`HTTP/1.1 ${status} `), true, answer);
      assertEquals(answer.match(/^date: .*$/gim), [`date: ${DATE}`], answer);
      const entry = emulator.log.at(-1);
      assertEquals([entry?.method, entry?.path, entry?.status, entry?.operation], [method, path, status, undefined]);
    }
  }
  assertEquals(emulator.log.length, forms.length * malformed.length);
  await stop();
});

/** Whether this user may listen at port 80, and nobody does. */
function has80(): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port: 80 }).close();
    return true;
  } catch {
    return false;
  }
}

Deno.test({
  name: "serveEmulator() listens at port 80, which no origin names",
  ignore: !has80(),
  async fn() {
    const { api, auth0, stop } = await serveEmulator({}, 80);
    assertEquals([api, auth0], ["http://127.0.0.1", "http://127.0.0.1:81"]);
    const login = await fetch(`${api}/auth/login`, { headers: { authorization: basic() } });
    assertEquals(login.status, 200);
    await login.body?.cancel();
    await stop();
  },
});

Deno.test("serveEmulator() accepts an absolute request target (RFC 9112, 3.2.2)", async () => {
  const { api, stop } = await serveEmulator();
  const head = `HTTP/1.1\r\nHost: h\r\nAuthorization: ${basic()}\r\nConnection: close\r\n\r\n`;
  assertMatch(await raw(api, `GET ${api}/file/group?size=1 ${head}`), /^HTTP\/1\.1 200 [^]*"totalSize":3/);
  assertMatch(await raw(api, `GET ${api}/ ${head}`), /^HTTP\/1\.1 404 /);
  const login = await raw(api, `GET http://other.example/auth/login ${head}`);
  const [, payload = ""] = /"token":"[^.]+\.([^.]+)\./.exec(login) ?? [];
  assertEquals(JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))).iss, "http://other.example");
  await stop();
});
