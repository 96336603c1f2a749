import {
  assertArrayIncludes,
  assertEquals,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "./mod.ts";

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
  assertStrictEquals(assertThrows(thrown, CodeError, "a mess").code, "c");
  assertStrictEquals((await assertRejects(() => Promise.try(thrown), CodeError, "a mess")).code, "c");
  assertStrictEquals(await assertRejects(() => Promise.reject("text")), "text");
});

/** Each fails with the real one too; by what its message has to say. */
const FAILURES: [says: string, check: () => unknown][] = [
  ["of two: Expected values to be strictly deep-equal", () => assertEquals([1], [2], "of two")],
  ["deep-equal", () => assertEquals<unknown>({ a: undefined }, {})],
  ["deep-equal", () => assertEquals(new URL("http://a.test"), new URL("http://b.test"))],
  ["deep-equal", () => assertEquals(new Map([["a", { b: 1 }]]), new Map([["a", { b: 2 }]]))],
  ["deep-equal", () => assertEquals<unknown>(new CodeError(1, { message: "" }), new Error(""))],
  ["deep-equal", () => assertNotEquals("a", "a")],
  ["must include [ 3 ]", () => assertArrayIncludes([1, 2], [1, 3])],
  ["{} must be a Date", () => assertInstanceOf({}, Date)],
  ["2 must be less than 1", () => assertLess(2, 1)],
  ["did not match", () => assertMatch("a", /b/)],
  ["must throw", () => assertThrows(() => Promise.resolve(), Error)],
  ["must be a TypeError", () => assertThrows(thrown, TypeError)],
  ['why: "a message" must include "another"', () => assertThrows(thrown, CodeError, "another", "why")],
  ['"text" must be a Error', () => assertRejects(() => Promise.reject("text"), Error)],
  ["must reject", () => assertRejects(() => Promise.resolve(), Error)],
  ["it threw", () => assertRejects(thrown, CodeError)],
];

Deno.test("the stand-in fails as the real one does, and says why", async () => {
  for (const [says, check] of FAILURES) {
    const failure = await Promise.try(check).then(() => undefined, (error) => error);
    assertInstanceOf(failure, AssertionError, `${check}`);
    assertStrictEquals(failure.message.includes(says), true, failure.message);
  }
});
