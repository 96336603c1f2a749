import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SessionError } from "./errors.ts";
import { basicValue, createContext, credentialOf, DEFAULT_LIMITS, isLoopback, parseAddress } from "./options.ts";
import type { SessionOptions } from "./options.ts";
import { createSession } from "./session.ts";
import { memoryStore } from "./stores/memory.ts";
import { auth0 } from "./strategies/auth0.ts";
import { basic } from "./strategies/basic.ts";
import { bearer } from "./strategies/bearer.ts";
import { login } from "./strategies/login.ts";
import type { Credential } from "./types.ts";

const strategy = bearer("t");

/** The message of the `TypeError` that a session with these options is refused with. */
function refusal(options: object | undefined): string {
  return assertThrows(() => createSession(options as SessionOptions), TypeError).message;
}

/** The limits of a session with these options. */
function limitsOf(options: Partial<SessionOptions>): object {
  return createContext({ strategy, ...options }).limits;
}

function printed(error: unknown): string {
  return Deno.inspect(error, { depth: 20, showHidden: true, getters: true });
}

// --- the options of a session

Deno.test("createSession() refuses every wrong option, with its name in the message", () => {
  const noFunctions = ["function", 7, {}, null, true];
  const noNumbers = [-1, NaN, Infinity, -Infinity, "7", true, {}, null];
  const wrong: Record<string, unknown[]> = {
    fetch: noFunctions,
    tokenFetch: noFunctions,
    random: noFunctions,
    waitUntil: noFunctions,
    onEvent: noFunctions,
    baseUrl: [
      7,
      {},
      "",
      "api.xsignals.xpansiv.com",
      "ftp://api.example",
      "https://user:pw@api.example",
      "https://user@api.example",
      "https://api.example/?q",
      "https://api.example/#f",
      new URL("https://api.example/?q"),
    ],
    store: ["store", 7, {}, null, { keeper: 1 }],
    clock: ["clock", 7, {}, null, { now: () => 0 }, { sleep: () => Promise.resolve() }, { now: 0, sleep: 0 }],
    allowInsecure: ["http://intranet", ["nowhere"], [""], [7], [null], {}, 7, null],
    tokenDeadlineMs: [...noNumbers, 0, 595_001],
    waitBudgetMs: noNumbers,
    renewalMarginMs: noNumbers,
    replayBytes: noNumbers,
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      const message = refusal({ strategy, [name]: value });
      assert(message.includes(name), `${name} ${String(value)}: ${message}`);
      assert(message.startsWith("Cannot "), message);
    }
  }
});

Deno.test("createSession() refuses an option that it does not know, and limits that are not options", () => {
  for (
    const name of [
      "baseURL",
      "timeout",
      "toString",
      "__proto__x",
      "leaseMs",
      "cooldownMs",
      "recheckMs",
      "overlapMs",
      "apiRetries",
    ]
  ) {
    for (const value of [1, undefined]) {
      assertEquals(refusal({ strategy, [name]: value }), `Cannot make the session: there is no option ${name}`);
    }
  }
});

Deno.test("createSession() takes an option that is undefined for one that is not given", () => {
  const names = ["baseUrl", "store", "fetch", "tokenFetch", "clock", "random", "waitUntil", "onEvent", "allowInsecure"];
  const given = Object.fromEntries([...names, ...Object.keys(limitsOf({}))].map((name) => [name, undefined]));
  for (const name of ["leaseMs", "cooldownMs", "recheckMs"]) delete given[name];
  assertEquals(createSession({ strategy, ...given }).baseUrl, "https://api.xsignals.xpansiv.com");
});

Deno.test("createSession() needs a strategy", () => {
  for (const options of [undefined, null, {}, { strategy: undefined }, { strategy: {} }, { strategy: "login" }]) {
    const message = refusal(options as object | undefined);
    assert(/^Cannot make the session: .*strategy.* such as login\(/.test(message), message);
  }
});

Deno.test("createSession() refuses a bare { read, write } as store, and says what makes one of it", () => {
  const { read, write } = memoryStore();
  assertEquals(
    refusal({ strategy, store: { read, write } }),
    "Cannot make the session: store must be a store, such as sharedStore() makes",
  );
  createSession({ strategy, store: memoryStore() });
});

// --- addresses

Deno.test("createSession() sends a credential over plain http only to this machine, or where it is allowed", () => {
  for (
    const baseUrl of ["http://localhost:1", "http://127.1.2.3", "http://127.1", "http://[::1]:8080", "https://x/y"]
  ) {
    createSession({ strategy, baseUrl });
  }
  const allowInsecure = ["http://intranet:1/path", "http://other"];
  for (const baseUrl of ["http://intranet:1", "http://intranet:1/api", "http://other:80"]) {
    createSession({ strategy, baseUrl, allowInsecure });
  }
  for (
    const baseUrl of [
      "http://api.xsignals.xpansiv.com",
      "http://intranet",
      "http://intranet:2",
      "http://sub.other",
      "http://localhost.evil.example",
      "http://127.0.0.1.evil.example",
      "http://0.0.0.0",
    ]
  ) {
    const message = refusal({ strategy, baseUrl, allowInsecure });
    assert(message.startsWith(`Cannot use ${baseUrl}: `) && message.includes("unencrypted"), message);
  }
});

Deno.test("createSession() keeps the base URL's path, without slashes at its end, and refuses Auth0's host", () => {
  const table: [string | URL, string][] = [
    ["https://API.example", "https://api.example"],
    ["https://api.example:443//", "https://api.example"],
    ["https://api.example/v1/", "https://api.example/v1"],
    [new URL("https://api.example/a/b///"), "https://api.example/a/b"],
  ];
  for (const [baseUrl, expected] of table) assertEquals(createSession({ strategy, baseUrl }).baseUrl, expected);
  for (const baseUrl of ["https://auth.xpansiv.com", "https://auth.xpansiv.com./x", "https://AUTH.xpansiv.com:444"]) {
    assertEquals(refusal({ strategy, baseUrl }), "Cannot use baseUrl: it is Auth0's host, not the API's");
  }
});

Deno.test("parseAddress() names the option, and quotes nothing of an address with a secret in it", () => {
  for (
    const address of ["SECRET", "https://u:SECRET@h.example", "https://h.example/?SECRET", "https://h.example/#SECRET"]
  ) {
    const error = assertThrows(() => parseAddress("XSIGNALS_BASE_URL", address), TypeError);
    assert(error.message.startsWith("Cannot use XSIGNALS_BASE_URL: it must "), error.message);
    assert(!printed(error).includes("SECRET"));
  }
});

Deno.test("isLoopback() is true for the names of this machine alone", () => {
  for (const hostname of ["localhost", "127.0.0.1", "127.255.0.3", "[::1]"]) assert(isLoopback(hostname), hostname);
  for (
    const hostname of ["", "localhost.", "xlocalhost", "127.0.0.1.example", "127.0.0", "1127.0.0.1", "0.0.0.0", "[::2]"]
  ) {
    assert(!isLoopback(hostname), hostname);
  }
});

Deno.test("auth0() takes one IP address of either family as forwardedFor", () => {
  for (
    const forwardedFor of [
      "203.0.113.7",
      "0.0.0.0",
      "255.255.255.255",
      "::",
      "::1",
      "2001:db8::1",
      "2001:DB8:0:0:0:0:0:1",
      "::ffff:203.0.113.7",
    ]
  ) {
    auth0({ username: "u", password: "p", clientId: "id", clientSecret: "s", forwardedFor });
  }
});

Deno.test("auth0() refuses everything else as forwardedFor", () => {
  for (
    const wrong of [
      "",
      "203.0.113.256",
      "203.0.113",
      "203.0.113.7.1",
      "203.0.113.",
      "1",
      "0x7f.0.0.1",
      " 203.0.113.7",
      "203.0.113.7\n",
      "203.0.113.7, 203.0.113.8",
      "203.0.113.7:80",
      "[::1]",
      "::1%eth0",
      "fe80::1%25eth0",
      ":::",
      "1:2:3:4:5:6:7:8:9",
      "12345::",
      "::1]/x[",
      "example.com",
      "abc:",
      "١٢٧.0.0.1",
      7,
      null,
      ["203.0.113.7"],
    ]
  ) {
    const forwardedFor = wrong as string;
    assertThrows(
      () => auth0({ username: "u", password: "p", clientId: "id", clientSecret: "s", forwardedFor }),
      TypeError,
      "Cannot use forwardedFor: it must be one IP address",
    );
  }
});

// --- limits

Deno.test("createContext() works by the default limits unless told otherwise", () => {
  assertEquals(limitsOf({}), { ...DEFAULT_LIMITS });
  assertEquals(DEFAULT_LIMITS, {
    tokenDeadlineMs: 10_000,
    leaseMs: 15_000,
    renewalMarginMs: 60_000,
    cooldownMs: 60_000,
    recheckMs: 60_000,
    waitBudgetMs: 30_000,
    replayBytes: 1_048_576,
  });
});

Deno.test("createContext() takes each limit, also 0, and leaves what was given as it is", () => {
  const given = Object.freeze({
    strategy,
    tokenDeadlineMs: 1,
    renewalMarginMs: 0,
    waitBudgetMs: 0,
    replayBytes: 0,
  });
  const { strategy: _, ...limits } = given;
  assertEquals(createContext(given).limits, { ...DEFAULT_LIMITS, ...limits, leaseMs: 5_001 });
});

Deno.test("createContext() makes the lease outlast every deadline, and none is waited for longer than ten minutes", () => {
  for (const [tokenDeadlineMs, leaseMs] of [[60_000, 65_000], [1, 5_001], [595_000, 600_000]] as const) {
    assertEquals(limitsOf({ tokenDeadlineMs }), { ...DEFAULT_LIMITS, tokenDeadlineMs, leaseMs });
  }
});

Deno.test("createContext() waits 3 s at most for a busy server with waitUntil, unless told otherwise", () => {
  const waitUntil = () => {};
  assertEquals(limitsOf({ waitUntil }), { ...DEFAULT_LIMITS, waitBudgetMs: 3_000 });
  assertEquals(limitsOf({ waitUntil, waitBudgetMs: 20_000 }), { ...DEFAULT_LIMITS, waitBudgetMs: 20_000 });
});

// --- credentials

function decoded(value: string): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(atob(value), (char) => char.charCodeAt(0)));
}

Deno.test("basicValue() is the example of RFC 7617, 2", () => {
  assertEquals(basicValue("Aladdin", "open sesame"), "QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
});

Deno.test("basicValue() is the UTF-8 example of RFC 7617, 2.1", () => {
  assertEquals(basicValue("test", "123£"), "dGVzdDoxMjPCow==");
});

Deno.test("basicValue() carries any text in UTF-8, and colons in the password (7)", () => {
  for (
    const [username, password] of [
      ["zażółć", "a:b:пароль😀é"],
      ["pä", "ÿ"],
      [" login ", " password "],
      ["login", ":"],
      ["login", "\u0080\u009f"],
      ["日本", "\u{10ffff}"],
      ["x".repeat(10_000), "ł".repeat(100_000)],
    ] as const
  ) {
    basic({ username, password });
    assertEquals(decoded(basicValue(username, password)), `${username}:${password}`);
  }
});

/** User names and passwords that Basic cannot carry, and the one of the two that is wrong. */
const NOT_BASIC: [username: string, password: string, what: string][] = [
  ["SECRET:b", "x", "user name"],
  [":", "x", "user name"],
  ["", "x", "user name"],
  ["x", "", "password"],
  ["SECRET\n", "x", "user name"],
  ["x", "SECRET\r\nX: y", "password"],
  ["x", "SECRET\0", "password"],
  ["x", "SECRET\t", "password"],
  ["x", "SECRET\x7f", "password"],
  ["x", "SECRET\ud800", "password"],
  ["SECRET\udc00x", "x", "user name"],
  ["x", "\udc00\ud800SECRET", "password"],
];

Deno.test("basic() and login() refuse what Basic cannot carry, and do not quote it (7, 33)", async () => {
  for (const make of [basic, login]) {
    for (const [username, password, what] of NOT_BASIC) {
      const error = assertThrows(() => make({ username, password }), TypeError, `Cannot use the ${what}: it `);
      assert(!printed(error).includes("SECRET"));
      const fetch = () => Promise.reject(new Error("nothing must be sent"));
      const session = createSession({
        strategy: make({ username: () => username, password: () => Promise.resolve(password) }),
        fetch,
      });
      const late = await assertRejects(() => session.token(), TypeError, `Cannot use the ${what}: it `);
      assert(!printed(late).includes("SECRET"));
    }
    assertThrows(() => make({ username: "a:b", password: "x" }), TypeError, "colon");
    assertThrows(() => make({ username: "x", password: "a\nb" }), TypeError, "control character");
  }
});

Deno.test("basic() and login() refuse what is neither a text nor a function", () => {
  for (const wrong of [undefined, null, 7, ["login"], {}] as unknown as string[]) {
    for (const make of [basic, login]) {
      const [username, password] = ["u", "p"];
      assertThrows(() => make({ username: wrong, password }), TypeError, "Cannot use the user name: it must be");
      assertThrows(() => make({ username, password: wrong }), TypeError, "Cannot use the password: it must be");
    }
  }
});

Deno.test("credentialOf() is the text as given, or what the function returns, called each time", async () => {
  let asked = 0;
  assertEquals(await credentialOf("password", " as given ")(), " as given ");
  assertEquals(await credentialOf("password", () => "at once")(), "at once");
  const later = () => Promise.resolve(`time ${++asked}`);
  assertEquals(await credentialOf("password", later)(), "time 1");
  assertEquals(await credentialOf("password", later)(), "time 2");
});

Deno.test("credentialOf() is unreachable if the function fails, and quotes nothing of why (33)", async () => {
  const thrown = Object.assign(new Error("SECRET", { cause: "SECRET" }), { code: "EACCES", SECRET: "SECRET" });
  const failing: Credential[] = [
    () => Promise.reject(thrown),
    () => {
      throw thrown;
    },
  ];
  for (const credential of failing) {
    const error = await assertRejects(() => credentialOf("password", credential)(), SessionError);
    assertEquals(error.message, "Cannot get the password: its function failed (Error EACCES)");
    assertEquals([error.code, error.sent], ["unreachable", false]);
    assert(!printed(error).includes("SECRET"));
  }
});

Deno.test("credentialOf() refuses what is not a text: it would be left out, or sent as the word undefined", async () => {
  for (const wrong of [undefined, null, 7, "", {}, ["SECRET"], () => "SECRET"]) {
    const credential = (() => wrong) as Credential;
    const error = await assertRejects(
      () => credentialOf("client secret", credential)(),
      TypeError,
      "Cannot use the client secret: it must be a non-empty string",
    );
    assert(!printed(error).includes("SECRET"));
  }
});

Deno.test("credentialOf() takes a text with something in it, or a function", () => {
  credentialOf("password", "x");
  credentialOf("password", () => "");
  for (const wrong of [undefined, null, "", 7, {}, ["x"]]) {
    assertThrows(
      () => credentialOf("password", wrong as Credential),
      TypeError,
      "Cannot use the password: it must be a non-empty string",
    );
  }
});
