import { assertEquals } from "@std/assert";
import { callerAddress } from "./caller_address.ts";

Deno.test("callerAddress() is the connection's where no proxy is in front, whatever the header says", () => {
  assertEquals(callerAddress("192.0.2.1", null, 0), "192.0.2.1");
  assertEquals(callerAddress("192.0.2.1", "198.51.100.7", 0), "192.0.2.1");
  assertEquals(callerAddress(undefined, "198.51.100.7", 0), "unknown");
});

Deno.test("callerAddress() is the one that the outermost of our proxies saw", () => {
  const forged = "203.0.113.1, 203.0.113.2";
  assertEquals(callerAddress("10.0.0.1", `${forged}, 198.51.100.7`, 1), "198.51.100.7");
  assertEquals(callerAddress("10.0.0.1", `${forged},198.51.100.7,10.0.0.2`, 2), "198.51.100.7");
  assertEquals(callerAddress("10.0.0.1", "198.51.100.7", 2), "198.51.100.7");
  assertEquals(callerAddress("10.0.0.1", null, 1), "unknown");
  assertEquals(callerAddress("10.0.0.1", "not an address", 1), "unknown");
});

Deno.test("callerAddress() takes IPv6 by the first 64 bits, in every spelling", () => {
  for (
    const text of [
      "2001:db8:1:2:3:4:5:6",
      "2001:DB8:1:2::",
      "2001:db8:1:2::9",
      "[2001:db8:1:2::9]:443",
      "[2001:db8:1:2::9]",
    ]
      .concat("2001:0db8:0001:0002:ffff:ffff:ffff:ffff", "2001:db8:1:2::1.2.3.4", "2001:db8:1:2::9%eth0")
  ) assertEquals(callerAddress(text, null, 0), "2001:db8:1:2::/64", text);
  assertEquals(callerAddress("2001:db8:1:3::9", null, 0), "2001:db8:1:3::/64");
  assertEquals(callerAddress("::1", null, 0), "0:0:0:0::/64");
  assertEquals(callerAddress("2001:db8::", null, 0), "2001:db8:0:0::/64");
  assertEquals(callerAddress("fe80::1", null, 0), "fe80:0:0:0::/64");
});

Deno.test("callerAddress() takes an IPv4 address as it is, with a port or mapped into IPv6 too", () => {
  for (const text of ["192.0.2.1", "192.0.2.1:8080", "::ffff:192.0.2.1", "::FFFF:c000:201", "[::ffff:192.0.2.1]:80"]) {
    assertEquals(callerAddress(text, null, 0), "192.0.2.1", text);
  }
});
