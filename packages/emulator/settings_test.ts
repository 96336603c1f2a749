import { assertEquals, assertThrows } from "@std/assert";
import { createEmulator } from "./emulator.ts";
import type { EmulatorOptions } from "./options.ts";

Deno.test("createEmulator() refuses a wrong option at once, and never shows a password", () => {
  const wrong: [Record<string, unknown>, string][] = [
    [{ user: {} }, "user is no option"],
    [{ users: { "a:b": "SECRET" } }, "users has a login"],
    [{ users: { "a\n": "SECRET" } }, "users has a login"],
    [{ users: { "": "SECRET" } }, "users has a login"],
    [{ users: { a: "" } }, "users has no password"],
    [{ users: { a: {} } }, "users has no password"],
    [{ users: { a: { password: "SECRET", sso: true } } }, "users has an unknown member sso"],
    [{ clients: { a: "" } }, "clients has no secret"],
    [{ clients: { "": "SECRET" } }, "clients has no secret"],
    [{ apiKeys: { key: "nobody" } }, "apiKeys has a login that is no user"],
    [{ apiKeys: { "SECRET key": "login" } }, "apiKeys has a key"],
    [{ now: 0 }, "now must be a function"],
    [{ sleep: 0 }, "sleep must be a function"],
    [{ onAnswer: 0 }, "onAnswer must be a function"],
    [{ asPrinted: "yes" }, "asPrinted must be"],
    [{ accessTokenLifetime: 1500 }, "accessTokenLifetime must be"],
    [{ accessTokenLifetime: 0 }, "accessTokenLifetime must be"],
    [{ auth0AccessTokenLifetime: "1000" }, "auth0AccessTokenLifetime must be"],
    [{ refreshTokenLifetime: NaN }, "refreshTokenLifetime must be"],
    [{ linkLifetime: -1000 }, "linkLifetime must be"],
    [{ auth0Algorithm: "none" }, "auth0Algorithm must be"],
    [{ origins: { web: ["https://a"] } }, "origins has an unknown host"],
    [{ origins: { api: [] } }, "origins must be a list"],
    [{ origins: { api: ["https://a/path"] } }, "origins has no origin"],
    [{ origins: { api: ["https://a"], auth0: ["https://a"] } }, "origins has an origin twice"],
    [{ readings: { rotation: "maybe" } }, "rotation must be one of on, family, overlap, off"],
    [{ readings: { lockoutAfter: -1 } }, "lockoutAfter must be"],
    [{ readings: { clockSkew: 0.5 } }, "clockSkew must be"],
    [{ readings: { constructor: 1 } }, "there is no constructor"],
    [{ groups: [{}] }, "has no name"],
    [{ files: [{ fileName: "a", groupName: "b" }] }, "neither text nor bytes"],
    [{ files: [{ fileName: "", groupName: "b", content: "" }] }, "has no name or group"],
    [
      { files: ["a", "a"].map((fid) => ({ fid, fileName: "f", groupName: "g", content: "" })) },
      "there is one with this id",
    ],
  ];
  for (const [options, message] of wrong) {
    const error = assertThrows(() => createEmulator(options as EmulatorOptions), TypeError, message);
    assertEquals(Deno.inspect(error).includes("SECRET"), false);
  }
});

Deno.test("createEmulator() takes a reading's number as text, and undefined for the default", () => {
  createEmulator({ readings: { expiredToken: "403", lockoutAfter: "3", rotation: undefined } });
});

Deno.test("createEmulator() makes emulators that know nothing of each other", async () => {
  const [one, other] = [createEmulator(), createEmulator()];
  one.setPassword("login", "changed");
  const headers = { authorization: `Basic ${btoa("login:password")}` };
  assertEquals((await other.fetch("https://api.xsignals.xpansiv.com/file/group", { headers })).status, 200);
  assertEquals([one.log.length, other.log.length], [0, 1]);
});

Deno.test("setPassword(), block() and unblock() refuse a user that is none", () => {
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
