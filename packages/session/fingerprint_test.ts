import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { fingerprint, isSlow, slowFingerprint } from "./fingerprint.ts";

Deno.test("fingerprint() is the SHA-256 of each part with its length, in base64url", async () => {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode("3:abc")));
  const expected = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace("=", "");
  assertEquals(await fingerprint("abc"), expected);
  assertMatch(await fingerprint("abc"), /^[\w-]{43}$/);
});

Deno.test("fingerprint() tells the parts apart", async () => {
  const names = await Promise.all([
    fingerprint("ab", "c"),
    fingerprint("a", "bc"),
    fingerprint("abc"),
    fingerprint("abc", ""),
    fingerprint("", "abc"),
    fingerprint("a1:b"),
    fingerprint("a", "b"),
    fingerprint(),
  ]);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("slowFingerprint() of the same secret is the same with the same salt, and another without", async () => {
  const [first, second] = await Promise.all([slowFingerprint("password"), slowFingerprint("password")]);
  assertMatch(first, /^[\w-]{22}\.[\w-]{22}$/);
  assertNotEquals(first, second);
  assertEquals(await slowFingerprint("password", first), first);
  const other = await slowFingerprint("passworł", first);
  assertNotEquals(other, first);
  assertEquals(other.split(".")[0], first.split(".")[0]);
});

Deno.test("isSlow() tells the two kinds apart", async () => {
  assertEquals(isSlow(await fingerprint("x")), false);
  assertEquals(isSlow(await slowFingerprint("x")), true);
});

Deno.test("slowFingerprint() takes any text for an earlier name", async () => {
  for (const like of ["", "no dot in it", "."]) assert(await slowFingerprint("x", like) !== like);
});
