import { assert, assertEquals } from "@std/assert";
import { SessionError } from "../errors.ts";
import { isPassing, isUnsure, postgresFailure } from "./postgres_failure.ts";

/** An error as `pg`, npm `postgres`, PGlite and Neon have it. */
function answer(code: unknown): Error {
  return Object.assign(new Error("SECRET"), { code });
}

/** What a failure leads to: tried again or not; looked up or not; the reason that is given. */
function outcome(error: unknown): [boolean, boolean, string] {
  const { code, message } = postgresFailure("do it", "t", error);
  assertEquals(code, "store_failed");
  assert(message.startsWith("Cannot do it: "));
  return [isPassing(error), isUnsure(error), message.slice("Cannot do it: ".length)];
}

const [AGAIN, FINAL, UNSURE, SURE] = [true, false, true, false];

Deno.test("postgresFailure() says what a state means, and whether it may pass", () => {
  const other = "the table is another one than that of postgresTable()";
  const connection = "the connection to the database failed, at every try";
  const contended = "others wrote at the same time, at every try";
  const prepared = "the driver prepares statements, and the pooler before the database does not keep them";
  for (
    const [state, again, unsure, why] of [
      ["08000", AGAIN, UNSURE, connection],
      ["08P01", AGAIN, UNSURE, connection],
      ["57P01", AGAIN, UNSURE, connection],
      ["57P02", AGAIN, UNSURE, connection],
      ["57P03", AGAIN, SURE, connection],
      ["57P05", AGAIN, SURE, connection],
      ["40001", AGAIN, SURE, contended],
      ["40P01", AGAIN, SURE, contended],
      ["40003", AGAIN, UNSURE, contended],
      ["53300", AGAIN, SURE, "the database has too many connections"],
      ["55P03", AGAIN, SURE, "another transaction keeps the record locked"],
      ["53100", FINAL, SURE, "the disk is full"],
      ["57014", FINAL, SURE, "the query was cancelled, by a time limit for instance"],
      ["25006", FINAL, SURE, "the database takes no writes: it is a replica, or set to read only"],
      ["25P02", FINAL, SURE, "the query runs inside a transaction, and that has failed; give it one of its own"],
      ["26000", FINAL, SURE, prepared],
      ["42P05", FINAL, SURE, prepared],
      ["28000", FINAL, SURE, "the database refused the login"],
      ["28P01", FINAL, SURE, "the database refused the login"],
      ["3D000", FINAL, SURE, "there is no such database"],
      ["42501", FINAL, SURE, "the role may not select, insert and update in the table"],
      ["42703", FINAL, SURE, other],
      ["42804", FINAL, SURE, other],
      ["42883", FINAL, SURE, other],
      ["42P10", FINAL, SURE, other],
      ["42809", FINAL, SURE, other],
      ["42601", FINAL, SURE, "the database answered"],
      ["34000", FINAL, SURE, "the database answered"],
      ["XX000", FINAL, SURE, "the database answered"],
      ["F0000", FINAL, SURE, "the database answered"],
      ["HV000", FINAL, SURE, "the database answered"],
      ["P0001", FINAL, SURE, "the database answered"],
    ] as const
  ) {
    const says = why === "the database answered" ? `${why} with SQLSTATE ${state}` : `${why} (SQLSTATE ${state})`;
    assertEquals(outcome(answer(state)), [again, unsure, says]);
  }
});

Deno.test("postgresFailure() takes what has no state for a lost connection, and names it by class and code", () => {
  for (const code of ["EPIPE", "ECONNRESET", "CONNECTION_CLOSED", "E40001"]) {
    const named = code === "E40001" ? "Error" : `Error ${code}`;
    assertEquals(outcome(answer(code)), [AGAIN, UNSURE, `the query failed with ${named}`]);
  }
  for (const code of [40001, undefined, null, "400011", "4000", " 40001", "40 01"]) {
    assertEquals(outcome(answer(code)), [AGAIN, UNSURE, "the query failed with Error"]);
  }
  assertEquals(outcome(new TypeError("fetch failed")), [AGAIN, UNSURE, "the query failed with TypeError"]);
  assertEquals(outcome("SECRET"), [AGAIN, UNSURE, "the query failed with string"]);
  assertEquals(outcome(null), [AGAIN, UNSURE, "the query failed with object"]);
  assertEquals(outcome(undefined), [AGAIN, UNSURE, "the query failed with undefined"]);
});

Deno.test("postgresFailure() finds the state wherever a driver puts it", () => {
  const says = "there is no such database (SQLSTATE 3D000)";
  for (
    const members of [
      { code: "3D000" },
      { fields: { code: "3D000" } },
      { code: "ERR_POSTGRES_SERVER_ERROR", errno: "3D000" },
      { cause: { code: "3D000" } },
      { cause: { code: "ERR_POSTGRES_SERVER_ERROR", errno: "3D000" } },
    ]
  ) {
    assertEquals(outcome(Object.assign(new Error("SECRET"), members)), [FINAL, SURE, says]);
    assertEquals(outcome(members), [FINAL, SURE, says]);
  }
});

Deno.test("postgresFailure() says how a missing table is made", () => {
  const sql = '"a"."b" (key text PRIMARY KEY, version text NOT NULL, earlier text NOT NULL, data bytea)';
  const { message } = postgresFailure("do it", "a.b", answer("42P01"));
  assertEquals(message, `Cannot do it: there is no table a.b; this makes it: CREATE TABLE IF NOT EXISTS ${sql}`);
});

Deno.test("postgresFailure() leaves an error of the session as it is, and final", () => {
  const error = new SessionError("store_failed", "Cannot do it: so");
  assert(postgresFailure("do it", "t", error) === error);
  assertEquals(isPassing(error), FINAL);
});
