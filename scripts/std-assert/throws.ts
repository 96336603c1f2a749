/** What is thrown, and classes. */
import { describe, fail } from "./fail.ts";

/** A class, whatever its arguments, abstract or not. */
type Constructor<T> = abstract new (...args: never[]) => T;

/** Asserts that the value is an instance of the class. */
export function assertInstanceOf<T>(actual: unknown, type: Constructor<T>, message?: string): asserts actual is T {
  if (!(actual instanceof type)) {
    fail(
      message ??
        `Expected an instance of ${type.name}: got ${describe(actual)}`,
    );
  }
}

/** Asserts that the value is an error of the class whose message includes the text. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  type?: Constructor<E>,
  includes?: string,
  message?: string,
): asserts error is E {
  if (!(error instanceof Error)) {
    fail(message ?? `Expected an Error: got ${describe(error)}`);
  }
  if (type && !(error instanceof type)) {
    fail(
      message ??
        `Expected ${type.name}: got ${error.constructor.name}: ${error.message}`,
    );
  }
  if (includes !== undefined && !error.message.includes(includes)) {
    fail(
      message ??
        `Expected the message to include ${describe(includes)}: got ${describe(error.message)}`,
    );
  }
}

/** Asserts that the call throws, and hands back what it threw. */
export function assertThrows(fn: () => unknown, message?: string): unknown;
/** Asserts that the call throws an error of the class, and hands it back. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  type: Constructor<E>,
  includes?: string,
  message?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  typeOrMessage?: Constructor<Error> | string,
  includes?: string,
  message?: string,
): unknown {
  try {
    fn();
  } catch (error) {
    return checkThrown(error, typeOrMessage, includes, message);
  }
  fail("Expected the function to throw");
}

/** Asserts that the promise rejects, and hands back the reason. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  message?: string,
): Promise<unknown>;
/** Asserts that the promise rejects with an error of the class, and hands it back. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  type: Constructor<E>,
  includes?: string,
  message?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  typeOrMessage?: Constructor<Error> | string,
  includes?: string,
  message?: string,
): Promise<unknown> {
  let promise;
  try {
    promise = fn();
  } catch {
    fail("Expected the function to reject: it threw at once");
  }
  try {
    await promise;
  } catch (error) {
    return checkThrown(error, typeOrMessage, includes, message);
  }
  fail("Expected the function to reject");
}

function checkThrown(
  error: unknown,
  type?: Constructor<Error> | string,
  includes?: string,
  message?: string,
): unknown {
  if (typeof type === "function") assertIsError(error, type, includes, message);
  return error;
}
