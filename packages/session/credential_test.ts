import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { checkCredential, resolveCredential } from "./credential.ts";
import { SessionError } from "./errors.ts";
import type { Credential } from "./types.ts";

Deno.test("resolveCredential() is the text as given, or what the function gives, asked each time", async () => {
  let asked = 0;
  assertEquals(await resolveCredential("password", " as given "), " as given ");
  assertEquals(await resolveCredential("password", () => "at once"), "at once");
  const later = () => Promise.resolve(`time ${++asked}`);
  assertEquals(await resolveCredential("password", later), "time 1");
  assertEquals(await resolveCredential("password", later), "time 2");
});

Deno.test("resolveCredential() is unreachable when the function fails, and quotes nothing of why (33)", async () => {
  const thrown = Object.assign(new Error("SECRET", { cause: "SECRET" }), { code: "EACCES", SECRET: "SECRET" });
  const failing: Credential[] = [
    () => Promise.reject(thrown),
    () => {
      throw thrown;
    },
  ];
  for (const credential of failing) {
    const error = await assertRejects(() => resolveCredential("password", credential), SessionError);
    assertEquals(error.message, "Cannot get the password: its function failed (Error EACCES)");
    assertEquals([error.code, error.sent], ["unreachable", false]);
    assert(!Deno.inspect(error, { depth: 20, showHidden: true, getters: true }).includes("SECRET"));
  }
});

Deno.test("resolveCredential() refuses what is no text: it would be left out, or sent as the word undefined", async () => {
  for (const wrong of [undefined, null, 7, "", {}, ["SECRET"]]) {
    const credential: Credential = () => JSON.parse(JSON.stringify({ wrong })).wrong;
    await assertRejects(
      () => resolveCredential("client secret", credential),
      TypeError,
      "Cannot use the client secret: its function gave no text, or an empty one",
    );
  }
});

Deno.test("checkCredential() takes a text with something in it, or a function", () => {
  checkCredential("password", "x");
  checkCredential("password", () => "");
  for (const wrong of [undefined, null, "", 7, {}, ["x"]]) {
    assertThrows(
      () => checkCredential("password", wrong),
      TypeError,
      "Cannot use the password: it must be a text that is not empty, or a function that gets one",
    );
  }
});
