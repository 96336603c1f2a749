import * as std from "./mod.ts";

class CodeError extends Error {
  readonly code = "c";
  constructor(_code: number, { message }: { message: string }) {
    super(message);
  }
}

const thrown = () => {
  throw new CodeError(1, { message: "a message" });
};

Deno.test("the stand-in hands back the error that was thrown or rejected, of a class of any arguments", async () => {
  std.assertStrictEquals(std.assertThrows(thrown, CodeError, "a mess").code, "c");
  std.assertStrictEquals((await std.assertRejects(() => Promise.try(thrown), CodeError, "a mess")).code, "c");
  std.assertStrictEquals(await std.assertRejects(() => Promise.reject("text")), "text");
});

/** Each fails with the real one too; by what its message has to say. */
const FAILURES: [says: string, check: () => unknown][] = [
  ["of two: Expected values to be strictly deep-equal", () => std.assertEquals([1], [2], "of two")],
  ["deep-equal", () => std.assertEquals<unknown>({ a: undefined }, {})],
  ["deep-equal", () => std.assertEquals(new URL("http://a.test"), new URL("http://b.test"))],
  ["deep-equal", () => std.assertEquals(new Map([["a", { b: 1 }]]), new Map([["a", { b: 2 }]]))],
  ["deep-equal", () => std.assertEquals<unknown>(new CodeError(1, { message: "" }), new Error(""))],
  ["deep-equal", () => std.assertNotEquals("a", "a")],
  ["{} must be a Date", () => std.assertInstanceOf({}, Date)],
  ["2 must be less than 1", () => std.assertLess(2, 1)],
  ["did not match", () => std.assertMatch("a", /b/)],
  ["TypeError: the function must throw", () => std.assertThrows(() => Promise.resolve(), TypeError)],
  ["must be a TypeError", () => std.assertThrows(thrown, TypeError)],
  ['why: "a message" must include "another"', () => std.assertThrows(thrown, CodeError, "another", "why")],
  ['"text" must be a Error', () => std.assertRejects(() => Promise.reject("text"), Error)],
  ["TypeError: the function must reject", () => std.assertRejects(() => Promise.resolve(), TypeError)],
  ["it threw", () => std.assertRejects(thrown, CodeError)],
];

Deno.test("the stand-in fails as the real one does, and says why", async () => {
  for (const [says, check] of FAILURES) {
    const failure = await Promise.try(check).then(() => undefined, (error) => error);
    std.assertInstanceOf(failure, std.AssertionError, `${check}`);
    std.assertStrictEquals(failure.message.includes(says), true, failure.message);
  }
});
