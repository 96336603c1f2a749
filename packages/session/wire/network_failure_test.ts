import { assertEquals } from "@std/assert";
import { explainFailure } from "./network_failure.ts";

/** An error as a runtime makes it. */
function shape(message: string, members: Record<string, unknown> = {}, cause?: unknown): Error {
  return Object.assign(new TypeError(message, cause === undefined ? {} : { cause }), members);
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function reasonsOfItself(): Error {
  const error = new AggregateError([]);
  error.errors.push(error);
  return error;
}

const REFUSED = { code: "ECONNREFUSED", errno: -111, syscall: "connect" };

// Recorded from fetch calls to a closed port, an unknown host, a port without TLS, and servers that drop the connection;
// those that need no other machine are made anew against real sockets in tests/runtimes.
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
  "Deno 2.9, a blocked port": shape("Fetch failed: Requests to port 1 are blocked"),
  "Node 22, a blocked port": shape("fetch failed", {}, new Error("bad port")),
  "Deno 2.9, no TLS": shape(
    "fetch failed",
    {},
    shape("error sending request for url (https://127.0.0.1:42469/): client error (Connect): tls handshake eof"),
  ),
  "Deno 2.5, refused": shape(
    "error sending request for url (http://127.0.0.1:32969/): client error (Connect): tcp connect error: Connection " +
      "refused (os error 111)",
  ),
  "Deno 2.9, certificate not trusted": shape(
    "fetch failed",
    {},
    shape(
      "error sending request for url (https://127.0.0.1:39877/): client error (Connect): invalid peer certificate: " +
        "Other(OtherError(CaUsedAsEndEntity))",
    ),
  ),
  "Deno 2.9, an address with the other mark in it": shape(
    "fetch failed",
    {},
    shape(
      "error sending request for url (http://127.0.0.1:43199/x:%20client%20error%20(SendRequest)): client error " +
        "(Connect): tcp connect error: Connection refused (os error 111)",
    ),
  ),
  "Deno 2.9, no permission": named(
    "NotCapable",
    'Requires net access to "127.0.0.1:9999", run again with the --allow-net flag',
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
  "Node 20, no TLS": shape(
    "fetch failed",
    {},
    shape("808CED866F7F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:ssl3_record.c:350:\n", {
      code: "ERR_SSL_WRONG_VERSION_NUMBER",
    }),
  ),
  "Node 20, closed in the TLS handshake": shape(
    "fetch failed",
    {},
    shape("Client network socket disconnected before secure TLS connection was established", { code: "ECONNRESET" }),
  ),
  "Node 20, certificate not trusted": shape(
    "fetch failed",
    {},
    shape("self-signed certificate", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }),
  ),
  "Node 20, certificate expired": shape(
    "fetch failed",
    {},
    shape("certificate has expired", { code: "CERT_HAS_EXPIRED" }),
  ),
  "Node 20, certificate of another host": shape(
    "fetch failed",
    {},
    shape("Hostname/IP does not match certificate's altnames", { code: "ERR_TLS_CERT_ALTNAME_INVALID" }),
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
  "Bun 1.4, no TLS": shape("EPROTO: The TLS handshake failed. Does the server speak TLS on this port?", {
    code: "EPROTO",
    errno: 0,
  }),
  "Bun 1.4, certificate not trusted": shape("self signed certificate", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }),
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
  "Deno 2.9, the other mark in what the server said": shape(
    "fetch failed",
    {},
    shape(
      "error sending request from 127.0.0.1:60830 for https://127.0.0.1:42469/ (127.0.0.1:42469): client error " +
        '(SendRequest): http2 error: connection error received: not a result of an error (b": client error (Connect)")',
    ),
  ),
  "Deno 2.9, an answer that is no HTTP": shape(
    "fetch failed",
    {},
    shape(
      "error sending request from 127.0.0.1:33366 for http://127.0.0.1:32939/ (127.0.0.1:32939): client error " +
        "(SendRequest): invalid HTTP version parsed",
    ),
  ),
  "Deno 2.9, half a body": shape("error reading a body from connection"),
  "Deno 2.9, no permission for something else": named(
    "NotCapable",
    'Requires write access to "/log", run again with it',
  ),
  "a text that quotes the mark": shape("the proxy said: error sending request for url (x): client error (Connect): x"),
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
  "Node 20, reset in the TLS handshake, which looks the same": shape(
    "fetch failed",
    {},
    shape("read ECONNRESET", { code: "ECONNRESET", errno: -104, syscall: "read" }),
  ),
  "Node 20, the server's alert, which may be about a client's certificate": shape(
    "fetch failed",
    {},
    shape("tlsv13 alert certificate required", { code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED" }),
  ),
  "Node 20, an answer that is no HTTP": shape(
    "fetch failed",
    {},
    shape("Response does not match the HTTP/1.1 protocol (Expected HTTP/)", { code: "HPE_INVALID_CONSTANT" }),
  ),
  "Node 20, half a body": shape("terminated", {}, shape("other side closed", { code: "UND_ERR_SOCKET" })),
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
  "Bun 1.4, an answer that is no HTTP": shape('Malformed_HTTP_Response fetching "http://127.0.0.1:40905/".', {
    code: "Malformed_HTTP_Response",
    errno: 0,
  }),
  "reasons within reasons": shape("fetch failed", {}, reasonsOfItself()),
  "aborted": new DOMException("The signal has been aborted", "AbortError"),
  "too slow": new DOMException("Signal timed out.", "TimeoutError"),
  "unknown": new Error("network connection lost"),
  "a mark two causes deep": shape("outer", {}, shape("middle", {}, shape("connect ECONNREFUSED", REFUSED))),
  "an object with the marks that is no error": { ...REFUSED, message: "client error (Connect)" },
  "a text": "client error (Connect)",
  "nothing": undefined,
  "null": null,
};

Deno.test("explainFailure() knows each runtime's marks of a connection that never was", () => {
  for (const [name, error] of Object.entries(NOT_SENT)) {
    assertEquals(explainFailure(error, "api.example").sent, false, name);
  }
});

Deno.test("explainFailure() counts everything else as sent", () => {
  for (const [name, error] of Object.entries(MAY_BE_SENT)) {
    assertEquals(explainFailure(error, "api.example").sent, undefined, name);
  }
});
