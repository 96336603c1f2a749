import { assertEquals } from "@std/assert";
import { formatHash, hashSecret, parseHash } from "./client_hash.ts";

Deno.test("hashSecret() is SHA-256", () => {
  const hex = [...hashSecret("abc")].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  assertEquals(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

Deno.test("parseHash() gives back what formatHash() was given, and takes nothing else", () => {
  const hash = hashSecret("abc");
  const text = formatHash(hash);

  assertEquals(text, "sha256-ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  assertEquals(parseHash(text), new Uint8Array(hash));
  for (const other of ["", "abc", text.slice(7), `${text}=`, `${text.slice(0, -1)}1`, undefined, 7]) {
    assertEquals(parseHash(other), undefined, String(other));
  }
});
