import { assertEquals, assertThrows } from "@std/assert";
import { createEmulator } from "./emulator.ts";
import type { EmulatorOptions } from "./options.ts";

Deno.test("createEmulator() throws for a wrong option, and never shows a password", () => {
  const wrong: [Record<string, unknown>, string][] = [
    [{ user: {} }, "user is not an option"],
    [{ users: { "a:b": "SECRET" } }, "users has a login"],
    [{ users: { "a\n": "SECRET" } }, "users has a login"],
    [{ users: { "": "SECRET" } }, "users has a login"],
    [{ users: { a: "" } }, "users has a password"],
    [{ users: { a: {} } }, "users has a password"],
    [{ users: { a: { password: "SECRET", sso: true } } }, "users has an unknown member sso"],
    [{ clients: { a: "" } }, "clients has an empty secret"],
    [{ clients: { "": "SECRET" } }, "clients has an empty id"],
    [{ apiKeys: { key: "nobody" } }, "apiKeys has a login that is not a user's"],
    [{ apiKeys: { "SECRET key": "login" } }, "apiKeys has a key"],
    [{ now: 0 }, "now must be a function"],
    [{ sleep: 0 }, "sleep must be a function"],
    [{ onAnswer: 0 }, "onAnswer must be a function"],
    [{ onResponse: 0 }, "onResponse must be a function"],
    [{ asPrinted: "yes" }, "asPrinted must be"],
    [{ accessTokenLifetime: 1500 }, "accessTokenLifetime must be"],
    [{ accessTokenLifetime: 0 }, "accessTokenLifetime must be"],
    [{ auth0AccessTokenLifetime: "1000" }, "auth0AccessTokenLifetime must be"],
    [{ refreshTokenLifetime: NaN }, "refreshTokenLifetime must be"],
    [{ linkLifetime: -1000 }, "linkLifetime must be"],
    [{ auth0Algorithm: "none" }, "auth0Algorithm must be"],
    [{ origins: { web: ["https://a"] } }, "origins has an unknown host"],
    [{ origins: { api: [] } }, "origins must have a non-empty list"],
    [{ origins: { api: ["https://a/path"] } }, "origins has something that is not an origin"],
    [{ origins: { api: ["https://a"], auth0: ["https://a"] } }, "origins has an origin twice"],
    [{ assumptions: { rotation: "maybe" } }, "rotation: its value must be one of on, family, overlap, off"],
    [{ assumptions: { lockoutAfter: -1 } }, "lockoutAfter: its value must be a whole number from 0"],
    [{ assumptions: { clockSkew: 0.5 } }, "clockSkew: its value must be a whole number"],
    [{ assumptions: { constructor: 1 } }, "constructor: the name must be one of rotation, auth0Rotation"],
    [{ groups: [{}] }, "its name is missing"],
    [{ files: [{ fileName: "a", groupName: "b" }] }, "content must be a string"],
    [{ files: [{ fileName: "", groupName: "b", content: "" }] }, "must be non-empty strings"],
    [
      { files: ["a", "a"].map((fid) => ({ fid, fileName: "f", groupName: "g", content: "" })) },
      "another file has this fid",
    ],
  ];
  for (const [options, message] of wrong) {
    const error = assertThrows(() => createEmulator(options as EmulatorOptions), TypeError, message);
    assertEquals(Deno.inspect(error).includes("SECRET"), false);
  }
});

Deno.test("createEmulator() accepts an assumption's number as text, and undefined for the default", () => {
  createEmulator({ assumptions: { expiredToken: "403", lockoutAfter: "3", rotation: undefined } });
});

Deno.test("createEmulator() makes emulators that share nothing", async () => {
  const [one, other] = [createEmulator(), createEmulator()];
  one.setPassword("login", "changed");
  const headers = { authorization: `Basic ${btoa("login:password")}` };
  assertEquals((await other.fetch("https://api.xsignals.xpansiv.com/file/group", { headers })).status, 200);
  assertEquals([one.log.length, other.log.length], [0, 1]);
});

Deno.test("setPassword(), block() and unblock() throw for an unknown user", () => {
  const emulator = createEmulator();
  const moves = [
    () => emulator.setPassword("nobody", "x"),
    () => emulator.revokeAccessTokens("nobody"),
    () => emulator.revokeRefreshTokens("nobody"),
    () => emulator.block("nobody"),
    () => emulator.unblock("nobody"),
  ];
  for (const move of moves) assertThrows(move, TypeError, "Cannot find the user");
});
