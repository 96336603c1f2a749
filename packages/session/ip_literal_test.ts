import { assertThrows } from "@std/assert";
import { checkIpLiteral } from "./ip_literal.ts";

Deno.test("checkIpLiteral() takes one address of either family", () => {
  for (
    const text of [
      "203.0.113.7",
      "0.0.0.0",
      "255.255.255.255",
      "::",
      "::1",
      "2001:db8::1",
      "2001:DB8:0:0:0:0:0:1",
      "::ffff:203.0.113.7",
    ]
  ) {
    checkIpLiteral("forwardedFor", text);
  }
});

Deno.test("checkIpLiteral() refuses everything else", () => {
  for (
    const text of [
      "",
      "203.0.113.256",
      "203.0.113",
      "203.0.113.7.1",
      "203.0.113.",
      "1",
      "0x7f.0.0.1",
      " 203.0.113.7",
      "203.0.113.7\n",
      "203.0.113.7, 203.0.113.8",
      "203.0.113.7:80",
      "[::1]",
      "::1%eth0",
      "fe80::1%25eth0",
      ":::",
      "1:2:3:4:5:6:7:8:9",
      "12345::",
      "::1]/x[",
      "example.com",
      "abc:",
      "١٢٧.0.0.1",
      7,
      null,
      undefined,
      ["203.0.113.7"],
    ]
  ) {
    assertThrows(
      () => checkIpLiteral("forwardedFor", text),
      TypeError,
      "Cannot use forwardedFor: it must be one IP address",
    );
  }
});
