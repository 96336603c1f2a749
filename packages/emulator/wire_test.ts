import { assertEquals } from "@std/assert";
import { readHead, readRequest, type RequestHead } from "./wire.ts";

const { signal } = new AbortController();

/** The method and the address of the request that a head makes; and the status if it is malformed. */
function read(head: Partial<RequestHead>): [method: string, url: string, status?: number] {
  const whole = { method: "GET", target: "/", version: "1.1", rawHeaders: ["Host", "h"], ...head };
  const { request: { method, url }, error } = readRequest(whole, { port: 81, signal, body: null });
  return error ? [method, url, error.status] : [method, url];
}

Deno.test("readRequest() accepts every method, even those that fetch forbids or changes", () => {
  for (const method of ["GET", "POST", "TRACE", "CONNECT", "TRACK", "FOO", "get", "trace", "-"]) {
    assertEquals(read({ method }), [method, "http://h/"]);
  }
});

Deno.test("readRequest() takes the host from Host, an absolute target, or the address that received it", () => {
  const found: [head: Partial<RequestHead>, url: string][] = [
    [{ target: "/a%2Fb?c" }, "http://h/a%2Fb?c"],
    [{ target: "//x/y" }, "http://h//x/y"],
    [{ target: "http://127.0.0.1:8787/" }, "http://127.0.0.1:8787/"],
    [{ target: "HTTP://other.example/file/group?x=http://y/z" }, "http://other.example/file/group?x=http://y/z"],
    [{ target: "https://other.example?x" }, "https://other.example/?x"],
    [{ target: "*", method: "OPTIONS" }, "http://h/"],
    [{ target: "other.example:443", method: "CONNECT" }, "http://h/"],
    [{ rawHeaders: ["host", "[::1]:82"] }, "http://[::1]:82/"],
    [{ rawHeaders: ["Host", ""] }, "http://127.0.0.1:81/"],
    [{ rawHeaders: [], version: "1.0" }, "http://127.0.0.1:81/"],
  ];
  for (const [head, url] of found) assertEquals(read(head).slice(1), [url]);
});

Deno.test("readRequest() reports a host that is missing, doubled or wrong, and an impossible header", () => {
  const wrong: Partial<RequestHead>[] = [
    { rawHeaders: [] },
    { rawHeaders: ["Host", "a", "Host", "a"] },
    { rawHeaders: ["Host", "a", "host", "b"], version: "1.0" },
    ...["a b", "a/b", "u:p@h", "a:b", "[::1", "a?b", "a\\b"].map((host) => ({ rawHeaders: ["Host", host] })),
    { rawHeaders: ["Host", "h", "a b", "c"] },
  ];
  for (const head of wrong) {
    assertEquals(read({ ...head, target: "/auth/login?x" }), ["GET", "http://127.0.0.1:81/auth/login?x", 400]);
  }
  for (const target of ["http://u:p@h/a", "http:///a", "http://h:x/a"]) assertEquals(read({ target })[2], 400, target);
});

Deno.test("readHead() finds the request line and the headers", () => {
  const head = { method: "FOO", target: "/a?b", version: "1.1" };
  assertEquals(readHead("FOO /a?b HTTP/1.1\r\nHost: h:1\r\nX:\r\n\r\nbody: x"), {
    ...head,
    rawHeaders: ["Host", "h:1", "X", ""],
  });
  assertEquals(readHead("FOO /a?b HTTP/1.1\r\nHos"), { ...head, rawHeaders: ["Hos", ""] });
  for (const packet of ["", "nonsense\r\n\r\n", "\x16\x03\x01", "PRI * HTTP/2.0\r\n\r\nSM", "A /b c HTTP/1.1\r\n"]) {
    assertEquals(readHead(packet), undefined, packet);
  }
});
