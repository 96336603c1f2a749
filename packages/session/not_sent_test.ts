import { assertEquals } from "@std/assert";
import { notSent } from "./not_sent.ts";

/** An error as a runtime makes it. */
function shape(message: string, members: Record<string, unknown> = {}, cause?: unknown): Error {
  return Object.assign(new TypeError(message, cause === undefined ? {} : { cause }), members);
}

const REFUSED = { code: "ECONNREFUSED", errno: -111, syscall: "connect" };

// Recorded from fetch calls to a closed port, an unknown host, a port without TLS, and servers that drop the connection.
const NOT_SENT: Record<string, Error> = {
  "Deno 2.9, refused": shape(
    "fetch failed",
    {},
    shape(
      "error sending request for url (http://127.0.0.1:43199/): client error (Connect): tcp connect error: " +
        "Connection refused (os error 111)",
    ),
  ),
  "Deno 2.9, unknown host": shape(
    "fetch failed",
    {},
    shape(
      "error sending request for url (http://no-such-host.invalid/): client error (Connect): dns error: failed to " +
        "lookup address information: Name or service not known",
    ),
  ),
  "Deno 2.9, no TLS": shape(
    "fetch failed",
    {},
    shape("error sending request for url (https://127.0.0.1:42469/): client error (Connect): tls handshake eof"),
  ),
  "Deno 2.5, refused": shape(
    "error sending request for url (http://127.0.0.1:32969/): client error (Connect): tcp connect error: Connection " +
      "refused (os error 111)",
  ),
  "Node 20, refused": shape("fetch failed", {}, shape("connect ECONNREFUSED 127.0.0.1:36401", REFUSED)),
  "Node 20, unknown host": shape(
    "fetch failed",
    {},
    shape("getaddrinfo ENOTFOUND no-such-host.invalid", { code: "ENOTFOUND", errno: -3008, syscall: "getaddrinfo" }),
  ),
  "Node 20, unreachable network": shape(
    "fetch failed",
    {},
    shape("connect ENETUNREACH 240.0.0.1:80", { code: "ENETUNREACH", errno: -101, syscall: "connect" }),
  ),
  "Node 20, connect timeout": shape(
    "fetch failed",
    {},
    shape("Connect Timeout Error (attempted address: 10.0.0.1:443, timeout: 10000ms)", {
      code: "UND_ERR_CONNECT_TIMEOUT",
    }),
  ),
  "Node 20, every address of the host refused": shape(
    "fetch failed",
    {},
    Object.assign(
      new AggregateError([
        shape("connect ECONNREFUSED ::1:36401", REFUSED),
        shape("connect ECONNREFUSED 127.0.0.1:36401", REFUSED),
      ]),
      { code: "ECONNREFUSED" },
    ),
  ),
  "Node 20, every address of the host too slow": shape(
    "fetch failed",
    {},
    Object.assign(
      new AggregateError([
        shape("connect ETIMEDOUT 10.0.0.1:443", { code: "ETIMEDOUT", syscall: "connect" }),
        shape("connect ENETUNREACH 2001:db8::1:443", { code: "ENETUNREACH", syscall: "connect" }),
      ]),
      { code: "ETIMEDOUT" },
    ),
  ),
  "Bun 1.4, refused": shape("ECONNREFUSED: Unable to connect. Is the computer able to access the url?", {
    code: "ECONNREFUSED",
    errno: 0,
  }),
  "Bun 1.4, unknown host": shape("getaddrinfo ENOTFOUND no-such-host.invalid", {
    code: "ENOTFOUND",
    errno: 4,
    syscall: "getaddrinfo",
  }),
  "Bun 1.2, refused": Object.assign(new Error("Unable to connect. Is the computer able to access the url?"), {
    code: "ConnectionRefused",
  }),
  "Bun 1.2, no socket": Object.assign(new Error("Was there a typo in the url or port?"), {
    code: "FailedToOpenSocket",
  }),
};

const MAY_BE_SENT: Record<string, unknown> = {
  "Deno 2.9, closed before the answer": shape(
    "fetch failed",
    {},
    shape(
      "error sending request from 127.0.0.1:60830 for http://127.0.0.1:42469/ (127.0.0.1:42469): client error " +
        "(SendRequest): connection closed before message completed",
    ),
  ),
  "Deno 2.9, reset": shape("fetch failed", {}, shape("Connection reset by peer (os error 104)")),
  "Deno 2.7, reset": shape(
    "error sending request from 127.0.0.1:36206 for http://127.0.0.1:38237/ (127.0.0.1:38237): client error " +
      "(SendRequest): connection error: Connection reset by peer (os error 104)",
    {},
    shape("Connection reset by peer (os error 104)"),
  ),
  "Node 20, closed before the answer": shape(
    "fetch failed",
    {},
    shape("other side closed", { code: "UND_ERR_SOCKET" }),
  ),
  "Node 20, reset": shape(
    "fetch failed",
    {},
    shape("read ECONNRESET", { code: "ECONNRESET", errno: -104, syscall: "read" }),
  ),
  "Node 20, no headers in time": shape(
    "fetch failed",
    {},
    shape("Headers Timeout Error", { code: "UND_ERR_HEADERS_TIMEOUT" }),
  ),
  "Node 20, one of several addresses reset after it was reached": shape(
    "fetch failed",
    {},
    Object.assign(
      new AggregateError([
        shape("connect ECONNREFUSED ::1:36401", REFUSED),
        shape("read ECONNRESET", { code: "ECONNRESET", syscall: "read" }),
      ]),
      { code: "ECONNRESET" },
    ),
  ),
  "no reasons given": shape("fetch failed", {}, new AggregateError([])),
  "reasons that are no errors": shape("fetch failed", {}, Object.assign(new Error(), { errors: [null, "connect"] })),
  "Bun 1.4, closed before the answer": shape("ECONNRESET: The socket connection was closed unexpectedly.", {
    code: "ECONNRESET",
    errno: 0,
  }),
  "aborted": new DOMException("The signal has been aborted", "AbortError"),
  "too slow": new DOMException("Signal timed out.", "TimeoutError"),
  "unknown": new Error("network connection lost"),
  "a mark two causes deep": shape("outer", {}, shape("middle", {}, shape("connect ECONNREFUSED", REFUSED))),
  "an object with the marks that is no error": { ...REFUSED, message: "client error (Connect)" },
  "a text": "client error (Connect)",
  "nothing": undefined,
  "null": null,
};

Deno.test("notSent() knows each runtime's marks of a connection that never was", () => {
  for (const [name, error] of Object.entries(NOT_SENT)) assertEquals(notSent(error), true, name);
});

Deno.test("notSent() counts everything else as sent", () => {
  for (const [name, error] of Object.entries(MAY_BE_SENT)) assertEquals(notSent(error), false, name);
});
