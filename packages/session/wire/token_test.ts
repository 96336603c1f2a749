import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { SessionError } from "../errors.ts";
import { claims, outlasts, renewAt, tokenFromInitial, tokenFromLogin, tokenFromOAuth } from "./token.ts";
import type { Token } from "../types.ts";

const SECRET = "s3cr3t-of-the-test";
const A_YEAR = 366 * 86_400_000;
const HOUR = 3_600_000;
/** Noon of a day, on the server's clock, in ms. */
const NOON = Date.UTC(2030, 0, 1, 12);

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_");
}

function part(text: string): string {
  return base64url(new TextEncoder().encode(text));
}

function jwt(payload: unknown): string {
  return `${part('{"alg":"none"}')}.${part(JSON.stringify(payload))}.c2ln`;
}

function assertNoToken(read: () => unknown, name: string): void {
  const error = assertThrows(read, SessionError);
  assertInstanceOf(error, SessionError);
  assertEquals(error.code, "bad_response", name);
  const printed = [Deno.inspect(error, { depth: 20, showHidden: true, getters: true }), error.stack, String(error)];
  assert(!printed.join().includes(SECRET), name);
}

/** What is no token answer of either form: public-bugs 6, and members of the wrong kind. */
const NOT_ANSWERS: Record<string, unknown> = {
  "an empty body": undefined,
  "null": null,
  "HTML": `<html>${SECRET}</html>`,
  "a number": 0,
  "true": true,
  "a list": [SECRET],
  "an empty object": {},
};

/** What is not a token. */
const NOT_TOKENS: unknown[] = [
  undefined,
  null,
  "",
  7,
  true,
  {},
  [SECRET],
  `${SECRET}\r\nX: y`,
  `${SECRET} x`,
  `${SECRET}\n`,
  `\t${SECRET}`,
  `${SECRET}ł`,
  `${SECRET}\x7f`,
  `${SECRET}\0`,
];

// --- claims

Deno.test("claims() reads exp and iat of a JWT, whatever its alphabet and padding", () => {
  for (const filling of ["", "a", "ab", "abc", "?>~", "łódź 😀", "ÿþ"]) {
    assertEquals(claims(jwt({ sub: filling, exp: 1_900_000_000, iat: 1_899_996_400 })), {
      exp: 1_900_000_000,
      iat: 1_899_996_400,
    });
  }
  const padded = jwt({ exp: 5 }).split(".").map((one) => one.padEnd(Math.ceil(one.length / 4) * 4, "=")).join(".");
  assertEquals(claims(padded), { exp: 5 });
});

Deno.test("claims() of anything but a JWT are empty, and nothing is thrown (34)", () => {
  const invalid = base64url(Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d));
  const table = [
    "abc",
    "a.b.c",
    "..",
    ".",
    "",
    "a.b",
    "%.%.%",
    `a.${part("null")}.c`,
    `a.${part("[]")}.c`,
    `a.${part("[1,2]")}.c`,
    `a.${part('"x"')}.c`,
    `a.${part("7")}.c`,
    `a.${part('{"exp":1')}.c`,
    `a.${part("")}.c`,
    `a.${invalid}.c`,
    `a.${part('{"exp":1}')}.c.d.e`,
    `a.${part('{"exp":1}')}`,
  ];
  for (const value of table) assertEquals(claims(value), {}, value);
});

Deno.test("claims() leaves out times that are not a number of seconds, or beyond any date", () => {
  for (const wrong of ["1900000000", null, true, {}, [1], 1e300, -1e300, 1e14 + 1, 0, -1]) {
    assertEquals(claims(jwt({ exp: wrong, iat: wrong })), {}, JSON.stringify(wrong));
  }
  assertEquals(claims(`a.${part('{"exp":1e999,"iat":1}')}.c`), { iat: 1 });
  assertEquals(claims(jwt({ exp: 1.5, iat: 1e11 })), { exp: 1.5, iat: 1e11 });
  assertEquals(claims(`a.${part('{"__proto__":{"exp":9}}')}.c`), {});
});

Deno.test("claims() takes times beyond the year 5138 for milliseconds (found 104)", () => {
  assertEquals(claims(jwt({ exp: 1_900_000_000_000, iat: 1_899_996_400_500 })), { exp: 1.9e9, iat: 1_899_996_400.5 });
  const token = tokenFromLogin({ token: jwt({ exp: NOON - HOUR }), refreshToken: "r" }, { at: NOON });
  assertEquals([token.lifetime, token.expiresAt], [undefined, undefined]);
});

Deno.test("claims() reads a payload with bytes that are not UTF-8 outside of its times", () => {
  const bytes = new TextEncoder().encode('{"sub":"?","exp":9}');
  bytes[8] = 0xff;
  assertEquals(claims(`a.${base64url(bytes)}.c`), { exp: 9 });
});

// --- tokenFromLogin

Deno.test("tokenFromLogin() takes the documented answer, also with more in it", () => {
  const opaque = { token: "abc", refreshToken: "r", expires: "soon", user: {} };
  assertEquals(tokenFromLogin(opaque, { at: 1_000 }), { scheme: "Bearer", value: "abc", refresh: "r" });
});

Deno.test("tokenFromLogin() counts the lifetime from the receipt: wrong clocks change nothing (10)", () => {
  const value = jwt({ iat: NOON / 1000, exp: NOON / 1000 + 3600 });
  for (const skew of [-24 * HOUR, -HOUR, 0, HOUR, 24 * HOUR]) {
    const at = NOON + skew;
    for (const receipt of [{ at }, { at, serverAt: NOON }, { at, serverAt: NOON - 5 * HOUR }]) {
      const token = tokenFromLogin({ token: value, refreshToken: "r" }, receipt);
      assertEquals([token.lifetime, token.expiresAt], [HOUR, at + HOUR]);
    }
  }
});

Deno.test("tokenFromLogin() without iat counts by the server's Date, else by this machine's clock", () => {
  const answer = { token: jwt({ exp: NOON / 1000 + 3600 }), refreshToken: "r" };
  const at = NOON + 5 * HOUR;
  assertEquals(tokenFromLogin(answer, { at, serverAt: NOON }).expiresAt, at + HOUR);
  assertEquals(tokenFromLogin(answer, { at: NOON + 1_000 }).lifetime, HOUR - 1_000);
});

Deno.test("tokenFromLogin() knows no lifetime where the token says nothing that makes sense", () => {
  const [iat, at] = [NOON / 1000, NOON];
  for (const payload of [{}, { iat }, { iat, exp: iat }, { iat, exp: iat - 1 }, { exp: iat - 3600 }, { exp: "x" }]) {
    const token = tokenFromLogin({ token: jwt(payload), refreshToken: "r" }, { at });
    assertEquals([token.lifetime, token.expiresAt], [undefined, undefined], JSON.stringify(payload));
  }
});

Deno.test("tokenFromLogin() believes in no end more than 366 days ahead (found 113)", () => {
  const lifetimeOf = (days: number) => {
    const token = jwt({ iat: 1_000, exp: 1_000 + days * 86_400 });
    return tokenFromLogin({ token, refreshToken: "r" }, { at: 7 }).lifetime;
  };
  assertEquals([lifetimeOf(366), lifetimeOf(366.001)], [366 * 24 * HOUR, undefined]);
});

Deno.test("tokenFromLogin() needs a refresh token at login; at a refresh it keeps the old one if the answer has none", () => {
  const spent: Token = { scheme: "Bearer", value: "old", refresh: "r1" };
  for (const none of [undefined, null]) {
    assertNoToken(() => tokenFromLogin({ token: "abc", refreshToken: none }, { at: 0 }), "login");
    assertEquals(tokenFromLogin({ token: "abc", refreshToken: none }, { at: 0 }, spent).refresh, "r1");
  }
  assertEquals(tokenFromLogin({ token: "abc", refreshToken: "r2" }, { at: 0 }, spent).refresh, "r2");
});

Deno.test("tokenFromLogin() is bad_response for anything but a token, and quotes nothing of it (6, 33)", () => {
  const spent: Token = { scheme: "Bearer", value: "old", refresh: "r1" };
  for (const [name, json] of Object.entries(NOT_ANSWERS)) {
    assertNoToken(() => tokenFromLogin(json, { at: 0 }), name);
    assertNoToken(() => tokenFromLogin(json, { at: 0 }, spent), name);
  }
  for (const wrong of NOT_TOKENS) {
    assertNoToken(() => tokenFromLogin({ token: wrong, refreshToken: "r" }, { at: 0 }), JSON.stringify(wrong));
    if (wrong === undefined || wrong === null) continue;
    assertNoToken(() => tokenFromLogin({ token: "abc", refreshToken: wrong }, { at: 0 }), JSON.stringify(wrong));
  }
});

// --- tokenFromOAuth

Deno.test("tokenFromOAuth() takes the documented answer, also without a refresh token", () => {
  const answer = { access_token: "abc", token_type: "Bearer", expires_in: 86_400, scope: "", id_token: "x" };
  assertEquals(tokenFromOAuth(answer, { at: 5 }), {
    scheme: "Bearer",
    value: "abc",
    lifetime: 86_400_000,
    expiresAt: 86_400_005,
  });
  assertEquals(tokenFromOAuth({ ...answer, refresh_token: "r" }, { at: 5 }).refresh, "r");
});

Deno.test("tokenFromOAuth() reads expires_in", () => {
  const table: [unknown, number | undefined][] = [
    [1, 1_000],
    [1.5, 1_500],
    ["3600", HOUR],
    ["0060", 60_000],
    [1e99, undefined],
    [A_YEAR / 1000 + 1, undefined],
    [A_YEAR / 1000, A_YEAR],
    ["999999999999", undefined],
    [0, undefined],
    ["0", undefined],
    [-1, undefined],
    ["-1", undefined],
    ["1.5", undefined],
    ["1e3", undefined],
    [" 60", undefined],
    ["60s", undefined],
    ["", undefined],
    ["9".repeat(13), undefined],
    [NaN, undefined],
    [Infinity, undefined],
    [null, undefined],
    [undefined, undefined],
    [true, undefined],
    [[60], undefined],
    [{}, undefined],
  ];
  for (const [expires_in, lifetime] of table) {
    const token = tokenFromOAuth({ access_token: "abc", token_type: "Bearer", expires_in }, { at: 7 });
    assertEquals(token.lifetime, lifetime, String(expires_in));
    assertEquals(token.expiresAt, lifetime === undefined ? undefined : 7 + lifetime, String(expires_in));
  }
});

Deno.test("tokenFromOAuth() goes by expires_in first, then by the token itself", () => {
  const access_token = jwt({ iat: NOON / 1000, exp: NOON / 1000 + 3600 });
  const at = NOON - 24 * HOUR;
  assertEquals(tokenFromOAuth({ access_token, token_type: "Bearer", expires_in: 60 }, { at }).lifetime, 60_000);
  for (const expires_in of [undefined, 0, "soon"]) {
    assertEquals(tokenFromOAuth({ access_token, token_type: "Bearer", expires_in }, { at }).expiresAt, at + HOUR);
  }
});

Deno.test("tokenFromOAuth() takes bearer in any case, and nothing else", () => {
  for (const token_type of ["Bearer", "bearer", "BEARER"]) {
    assertEquals(tokenFromOAuth({ access_token: "abc", token_type }, { at: 0 }).scheme, "Bearer");
  }
  for (const token_type of ["DPoP", "mac", "", " Bearer", "N_A", null, undefined, 7, ["Bearer"]]) {
    assertNoToken(() => tokenFromOAuth({ access_token: SECRET, token_type }, { at: 0 }), String(token_type));
  }
});

Deno.test("tokenFromOAuth() keeps the spent refresh token if the answer has none, or an empty one (found 106)", () => {
  const spent: Token = { scheme: "Bearer", value: "old", refresh: "r1" };
  const answer = { access_token: "abc", token_type: "Bearer" };
  assertEquals(tokenFromOAuth(answer, { at: 0 }, spent).refresh, "r1");
  assertEquals(tokenFromOAuth({ ...answer, refresh_token: null }, { at: 0 }, spent).refresh, "r1");
  assertEquals(tokenFromOAuth({ ...answer, refresh_token: "" }, { at: 0 }, spent).refresh, "r1");
  assertEquals(tokenFromOAuth({ ...answer, refresh_token: "r2" }, { at: 0 }, spent).refresh, "r2");
});

Deno.test("tokenFromOAuth() is bad_response for anything but a token, and quotes nothing of it (6, 33)", () => {
  for (const [name, json] of Object.entries(NOT_ANSWERS)) assertNoToken(() => tokenFromOAuth(json, { at: 0 }), name);
  for (const wrong of NOT_TOKENS) {
    const name = JSON.stringify(wrong);
    assertNoToken(() => tokenFromOAuth({ access_token: wrong, token_type: "Bearer" }, { at: 0 }), name);
    if (wrong === undefined || wrong === null || wrong === "") continue;
    const answer = { access_token: "abc", token_type: "Bearer", refresh_token: wrong };
    assertNoToken(() => tokenFromOAuth(answer, { at: 0 }), name);
  }
});

// --- tokenFromInitial

Deno.test("tokenFromInitial() takes an opaque token, whose end nobody knows", () => {
  assertEquals(tokenFromInitial({ accessToken: "abc" }, 5), { scheme: "Bearer", value: "abc" });
  assertEquals(tokenFromInitial({ accessToken: "abc", refreshToken: "r" }, 5).refresh, "r");
});

Deno.test("tokenFromInitial() reads the end from a JWT, unless it is given", () => {
  const accessToken = jwt({ iat: 1_000, exp: 4_600 });
  const token = tokenFromInitial({ accessToken, refreshToken: "r" }, 9_000_000);
  assertEquals([token.expiresAt, token.lifetime], [4_600_000, HOUR]);
  assertEquals(tokenFromInitial({ accessToken, expiresAt: 9_000_000 }, 0).expiresAt, 9_000_000);
  assertEquals(tokenFromInitial({ accessToken: jwt({ exp: 4_600 }) }, 4_000_000).lifetime, 600_000);
  assertEquals(tokenFromInitial({ accessToken: jwt({ exp: 4_600 }), refreshToken: "r" }, 9_000_000).lifetime, 0);
  assertEquals(tokenFromInitial({ accessToken: "abc", expiresAt: 600 }, 100).lifetime, 500);
  assertEquals(tokenFromInitial({ accessToken: jwt({ iat: 4_600, exp: 4_600 }) }, 4_000_000).lifetime, 600_000);
  assertEquals(tokenFromInitial({ accessToken: jwt({ iat: 1_000 }), expiresAt: 600 }, 100).lifetime, 500);
});

Deno.test("tokenFromInitial() takes no end that has no sense, or that has passed where nothing can renew it (found 105)", () => {
  for (const exp of [0, -1]) {
    for (const refreshToken of [undefined, "r"]) {
      assertEquals(tokenFromInitial({ accessToken: jwt({ exp }), refreshToken }, NOON).expiresAt, undefined);
    }
  }
  assertEquals(tokenFromInitial({ accessToken: jwt({ exp: 4_600 }) }, 4_600_000).expiresAt, undefined);
  assertEquals(tokenFromInitial({ accessToken: "abc", expiresAt: 1 }, NOON).expiresAt, undefined);
  assertEquals(tokenFromInitial({ accessToken: jwt({ exp: 4_600 }) }, 4_599_999).expiresAt, 4_600_000);
});

Deno.test("tokenFromInitial() gives times that a record can hold, whatever the JWT says", () => {
  for (const payload of ['{"exp":1e308}', '{"exp":1e308,"iat":1e307}', '{"exp":1e999}', '{"exp":4e12,"iat":-4e12}']) {
    const token = tokenFromInitial({ accessToken: `a.${part(payload)}.c` }, NOON);
    assertEquals(JSON.parse(JSON.stringify(token)), token, payload);
  }
});

Deno.test("tokenFromInitial() is a TypeError for a text that cannot be sent or a time that is not one, and quotes nothing (33)", () => {
  const wrong: [unknown, unknown, unknown][] = [
    ["", undefined, undefined],
    [`${SECRET}\r\nX`, undefined, undefined],
    [undefined, "r", undefined],
    ["abc", "", undefined],
    ["abc", `${SECRET} `, undefined],
    ["abc", null, undefined],
    ["abc", "r", NaN],
    ["abc", "r", Infinity],
    ["abc", "r", "2030-01-01"],
    ["abc", "r", null],
  ];
  for (const [accessToken, refreshToken, expiresAt] of wrong) {
    const held: { accessToken: string } = JSON.parse('{"accessToken":""}');
    Object.assign(held, { accessToken, refreshToken, expiresAt });
    const what = expiresAt !== undefined
      ? "expiresAt"
      : refreshToken === undefined || refreshToken === "r"
      ? "the access token"
      : "the refresh token";
    const error = assertThrows(() => tokenFromInitial(held, 0), TypeError, `Cannot use ${what}: `);
    assert(!Deno.inspect(error, { depth: 20, showHidden: true }).includes(SECRET));
  }
});

// --- renewAt

Deno.test("renewAt() is the margin, or a tenth of the lifetime, before the end; with jitter up to a tenth earlier", () => {
  const at = (lifetime: number | undefined, jitter: number, marginMs = 60_000) =>
    renewAt(
      { scheme: "Bearer", value: "x", expiresAt: 1_000_000, ...(lifetime === undefined ? {} : { lifetime }) },
      marginMs,
      jitter,
    );
  const table: [number | undefined, number, number][] = [
    // lifetime, jitter, how long before the end
    [HOUR, 0, 60_000],
    [HOUR, 1, 66_000],
    [HOUR, 0.5, 63_000],
    [600_001, 0, 60_000],
    [600_000, 0, 60_000],
    [599_990, 0, 59_999],
    [60_000, 0, 6_000],
    [60_000, 1, 6_600],
    [1_000, 0, 100],
    [0, 1, 0],
    [undefined, 0, 60_000],
    [undefined, 1, 66_000],
  ];
  for (const [lifetime, jitter, before] of table) {
    assertEquals(at(lifetime, jitter), 1_000_000 - before, `${lifetime} ${jitter}`);
  }
  assertEquals(at(HOUR, 1, 0), 1_000_000);
});

Deno.test("renewAt() of a token without an end is never", () => {
  assertEquals(renewAt({ scheme: "Bearer", value: "x", lifetime: 5 }, 60_000, 1), Infinity);
});

Deno.test("tokenFromLogin() says what is wrong with the answer, whatever it is", () => {
  for (const json of [undefined, null, 7, "text", [], {}, { token: "a b", refreshToken: "r" }]) {
    const error = assertThrows(() => tokenFromLogin(json, { at: 0 }), SessionError);
    assertEquals([error.code, error.message], ["bad_response", "Cannot read the server's answer: it is not a token"]);
  }
});

Deno.test("tokenFromLogin() renews a token that never had a refresh token without one", () => {
  const renewed = tokenFromLogin({ token: "b" }, { at: 0 }, { scheme: "Bearer", value: "a" });
  assertEquals(renewed, { scheme: "Bearer", value: "b" });
});

Deno.test("outlasts() counts the last ms in, and gives up on nine tenths of a lifetime", () => {
  const token = { scheme: "Bearer", value: "a", expiresAt: 1_000, lifetime: 1_000 };
  assertEquals([outlasts(token, 400, 600), outlasts(token, 400, 601)], [true, false]);
  assertEquals([outlasts(token, 899, 999), outlasts(token, 900, 999)], [false, true]);
});
