import { assert, assertEquals, assertThrows } from "@std/assert";
import { basicValue, checkBasic } from "./basic_value.ts";

function decoded(value: string): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(atob(value), (char) => char.charCodeAt(0)));
}

Deno.test("basicValue() is the example of RFC 7617, 2", () => {
  assertEquals(basicValue("Aladdin", "open sesame"), "QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
});

Deno.test("basicValue() is the UTF-8 example of RFC 7617, 2.1", () => {
  assertEquals(basicValue("test", "123£"), "dGVzdDoxMjPCow==");
});

Deno.test("basicValue() carries any text in UTF-8, and colons in the password (7)", () => {
  for (
    const [username, password] of [
      ["zażółć", "a:b:пароль😀é"],
      ["pä", "ÿ"],
      [" login ", " password "],
      ["login", ":"],
      ["login", "\u0080\u009f"],
      ["日本", "\u{10ffff}"],
      ["x".repeat(10_000), "ł".repeat(100_000)],
    ] as const
  ) {
    assertEquals(decoded(basicValue(username, password)), `${username}:${password}`);
  }
});

Deno.test("basicValue() refuses what Basic cannot carry, and does not quote it (7, 33)", () => {
  const wrong: [string, string, string][] = [
    ["SECRET:b", "x", "Cannot use the user name: it has a colon"],
    [":", "x", "Cannot use the user name: it has a colon"],
    ["", "x", "Cannot use the user name: it is empty"],
    ["x", "", "Cannot use the password: it is empty"],
    ["SECRET\n", "x", "Cannot use the user name: it has a control character"],
    ["x", "SECRET\r\nX: y", "Cannot use the password: it has a control character"],
    ["x", "SECRET\0", "Cannot use the password: it has a control character"],
    ["x", "SECRET\t", "Cannot use the password: it has a control character"],
    ["x", "SECRET\x7f", "Cannot use the password: it has a control character"],
    ["x", "SECRET\ud800", "Cannot use the password: it has half a surrogate pair"],
    ["SECRET\udc00x", "x", "Cannot use the user name: it has half a surrogate pair"],
    ["x", "\udc00\ud800SECRET", "Cannot use the password: it has half a surrogate pair"],
  ];
  for (const [username, password, message] of wrong) {
    const error = assertThrows(() => basicValue(username, password), TypeError, message);
    assert(!Deno.inspect(error, { depth: 20, showHidden: true }).includes("SECRET"));
  }
});

Deno.test("checkBasic() refuses what is no text", () => {
  const given: string[] = JSON.parse('[null, 7, ["login"], {}]');
  for (const value of given) {
    assertThrows(() => checkBasic(value, undefined), TypeError, "Cannot use the user name: it is no string");
    assertThrows(() => checkBasic(undefined, value), TypeError, "Cannot use the password: it is no string");
  }
});

Deno.test("checkBasic() checks each part only where it is known", () => {
  checkBasic(undefined, undefined);
  checkBasic("login", undefined);
  checkBasic(undefined, "a:b");
  assertThrows(() => checkBasic("a:b", undefined), TypeError, "colon");
});
