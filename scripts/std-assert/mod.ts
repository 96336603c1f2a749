/**
 * A stand-in for the part of `@std/assert` that this project's tests use, over `node:assert/strict`, for machines that
 * cannot reach JSR. Delete the `links` line of the root `deno.json` to use the real one.
 *
 * Deep equality is Node's, and stricter: it tells `0` from `-0`, and errors by their messages, where the real one does not.
 * So give `assertNotEquals` texts only.
 *
 * @module
 */
import strict, { AssertionError } from "node:assert/strict";

export { AssertionError };

/** A class, abstract or not, with any arguments. */
type Class<T> = abstract new (...args: never[]) => T;

export function fail(message: string): never {
  throw new AssertionError({ message });
}

export function assert(value: unknown, message = "Expected a truthy value"): asserts value {
  if (!value) fail(message);
}

export function assertFalse(value: unknown, message = "Expected a falsy value"): void {
  if (value) fail(message);
}

export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  explained(() => strict.deepStrictEqual(actual, expected), message);
}

export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  explained(() => strict.notDeepStrictEqual(actual, expected), message);
}

export function assertStrictEquals<T>(actual: unknown, expected: T, message?: string): asserts actual is T {
  explained(() => strict.strictEqual(actual, expected), message);
}

export function assertMatch(actual: string, expected: RegExp, message?: string): void {
  explained(() => strict.match(actual, expected), message);
}

export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  explained(() => assert(actual.includes(expected), `${shown(actual)} must include ${shown(expected)}`), message);
}

export function assertLess<T>(actual: T, expected: T, message?: string): void {
  explained(() => assert(actual < expected, `${shown(actual)} must be less than ${shown(expected)}`), message);
}

export function assertInstanceOf<T>(actual: unknown, type: Class<T>, message?: string): asserts actual is T {
  explained(() => assert(actual instanceof type, `${shown(actual)} must be a ${type.name}`), message);
}

/** Asserts that the function throws, an error of the class whose message includes the text if these are given. */
export function assertThrows(fn: () => unknown): unknown;
export function assertThrows<E extends Error>(
  fn: () => unknown,
  type: Class<E>,
  includes?: string,
  message?: string,
): E;
export function assertThrows(fn: () => unknown, type?: Class<Error>, includes?: string, message?: string) {
  try {
    fn();
  } catch (error) {
    return checked(error, type, includes, message);
  }
  fail(`${message ?? type?.name ?? "an error"}: the function must throw`);
}

type Rejecting = () => PromiseLike<unknown>;

/** Asserts the same of the promise that the function returns. A function that throws at once fails. */
export function assertRejects(fn: Rejecting): Promise<unknown>;
export function assertRejects<E extends Error>(
  fn: Rejecting,
  type: Class<E>,
  includes?: string,
  message?: string,
): Promise<E>;
export async function assertRejects(fn: Rejecting, type?: Class<Error>, includes?: string, message?: string) {
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch (error) {
    fail(`the function must reject: it threw ${shown(error)}`);
  }
  try {
    await promise;
  } catch (error) {
    return checked(error, type, includes, message);
  }
  fail(`${message ?? type?.name ?? "an error"}: the function must reject`);
}

function checked(error: unknown, type?: Class<Error>, includes = "", message?: string): unknown {
  if (type === undefined) return error;
  assertInstanceOf(error, type, message);
  assertStringIncludes(error.message, includes, message);
  return error;
}

/** Runs a check, and puts the message before what it says. */
function explained(check: () => void, message?: string): void {
  try {
    check();
  } catch (error) {
    if (message === undefined || !(error instanceof AssertionError)) throw error;
    fail(`${message}: ${error.message}`);
  }
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : Deno.inspect(value);
}
