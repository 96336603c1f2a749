/**
 * A stand-in for the part of `@std/assert` that this project's tests use, over `node:assert/strict`, for machines that
 * cannot reach JSR. Delete the `links` line of the root `deno.json` to use the real one.
 *
 * Deep equality is Node's: it tells `0` from `-0` and `{}` from an object without a prototype, where the real one does not.
 *
 * @module
 */
export * from "./equals.ts";
export { assert, assertFalse, AssertionError, fail } from "./fail.ts";
export * from "./throws.ts";
