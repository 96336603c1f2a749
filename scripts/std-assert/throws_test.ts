import { AssertionError } from "./fail.ts";
import { assertEquals } from "./equals.ts";
import { assertInstanceOf, assertIsError, assertRejects, assertThrows } from "./throws.ts";

abstract class Shape {
  readonly sides: number;
  constructor(sides: number) {
    this.sides = sides;
  }
}

class Square extends Shape {
  readonly length: number;
  constructor(length: number, ..._more: [string, boolean?]) {
    super(4);
    this.length = length;
  }
}

class CodeError extends Error {
  readonly code: string;
  constructor(code: string, { message }: { message: string }) {
    super(message);
    this.code = code;
  }
}

function fails(check: () => void): boolean {
  try {
    check();
    return false;
  } catch (error) {
    return error instanceof AssertionError;
  }
}

Deno.test("assertInstanceOf() takes every class, and knows the type of its instances", () => {
  const value: unknown = new Square(3, "x");
  assertInstanceOf(value, Shape);
  const sides: number = value.sides;
  assertInstanceOf(value, Square);
  const length: number = value.length;
  assertEquals([sides, length], [4, 3]);
  assertInstanceOf([], Array);
  assertInstanceOf(new Uint8Array(), Uint8Array);
  assertEquals(fails(() => assertInstanceOf({}, Square)), true);
});

Deno.test("assertThrows() and assertIsError() hand back the error of a class with arguments of its own", () => {
  const thrown = () => {
    throw new CodeError("c", { message: "a message" });
  };
  assertEquals(assertThrows(thrown, CodeError, "a mess").code, "c");
  const caught = assertThrows(thrown);
  assertIsError(caught, CodeError);
  assertEquals(caught.code, "c");
  assertEquals(fails(() => assertThrows(thrown, CodeError, "another")), true);
  assertEquals(fails(() => assertThrows(thrown, TypeError)), true);
  assertEquals(fails(() => assertThrows(() => {}, CodeError)), true);
});

Deno.test("assertRejects() hands back the error of a class with arguments of its own", async () => {
  const { code } = await assertRejects(
    () => Promise.reject(new CodeError("c", { message: "m" })),
    CodeError,
    "m",
  );
  assertEquals(code, "c");
  const failure = await assertRejects(() => assertRejects(() => Promise.resolve(), CodeError));
  assertInstanceOf(failure, AssertionError);
});
