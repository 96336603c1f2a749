import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { createAddressBook } from "./address.ts";
import { SessionError } from "../errors.ts";

const API = "https://api.xsignals.xpansiv.com";

/** Resolves twice: what is remembered must be what was found. */
function resolveAddress(input: string, baseUrl: string): string {
  const resolve = createAddressBook(baseUrl);
  const first = resolve(input);
  assertEquals(resolve(input), first);
  return first;
}

function thrownBy(input: string, baseUrl: string): unknown {
  try {
    resolveAddress(input, baseUrl);
  } catch (error) {
    return error;
  }
  throw new Error(`Expected ${JSON.stringify(input)} to be refused`);
}

function assertOriginRefused(input: string, baseUrl = API): void {
  const error = thrownBy(input, baseUrl);
  assertInstanceOf(error, SessionError, JSON.stringify(input));
  assertEquals(error.code, "origin_refused");
  assert(!Deno.inspect(error, { showHidden: true }).includes("SECRET"), JSON.stringify(input));
}

function assertTypeError(input: string, includes: string, baseUrl = API): void {
  const error = thrownBy(input, baseUrl);
  assertInstanceOf(error, TypeError, JSON.stringify(input));
  assert(error.message.includes(includes), `${JSON.stringify(input)}: ${error.message}`);
  assert(!Deno.inspect(error, { showHidden: true }).includes("SECRET"), JSON.stringify(input));
}

Deno.test("resolveAddress() joins a path to the base URL, and passes an absolute address of the same origin", () => {
  const table: [string, string][] = [
    ["/file/group?size=5", "/file/group?size=5"],
    ["file/group", "/file/group"],
    ["", "/"],
    ["/", "/"],
    ["?size=5", "/?size=5"],
    ["#part", "/#part"],
    ["?q=a#b", "/?q=a#b"],
    ["./file", "/file"],
    ["../file", "/file"],
    ["/a/../b", "/b"],
    ["/a b/c", "/a%20b/c"],
    ["/a%20b", "/a%20b"],
    ["/a%2Fb", "/a%2Fb"],
    ["/a%252Fb", "/a%252Fb"],
    ["/zażółć/😀", "/za%C5%BC%C3%B3%C5%82%C4%87/%F0%9F%98%80"],
    ["/%", "/%"],
    ["/%zz", "/%zz"],
    ["/a//b/", "/a//b/"],
    ["/a;b=c/d", "/a;b=c/d"],
    ["/a:b@c", "/a:b@c"],
    ["/https://evil.example/", "/https://evil.example/"],
    ["/search?url=https://evil.example/&next=/auth/login", "/search?url=https://evil.example/&next=/auth/login"],
    ["/x#/auth/login", "/x#/auth/login"],
    [`${API}/x?y#z`, "/x?y#z"],
    [`${API}`, "/"],
    [`${API}:443/x`, "/x"],
    ["HTTPS://API.XSignals.XPANSIV.com/X", "/X"],
    [`https:${API.slice(6)}/x`, "/x"],
    [`https:\\\\api.xsignals.xpansiv.com\\x`, "/x"],
    ["//api.xsignals.xpansiv.com/x", "/x"],
    ["\\\\api.xsignals.xpansiv.com/x", "/x"],
    [` ${API}/x `, "/x"],
  ];
  for (const [input, path] of table) assertEquals(resolveAddress(input, API), `${API}${path}`, JSON.stringify(input));
});

Deno.test("resolveAddress() strips what the platform's fetch strips", () => {
  for (const input of [" /x", "\t/x", "\n/x\r", "\0/x", "\x1f /x", "/\tx", "/\nx", "\\x", "x \n"]) {
    assertEquals(resolveAddress(input, API), new URL(input, API).href, JSON.stringify(input));
  }
  assertEquals(resolveAddress(" \t/x", `${API}/v1`), `${API}/v1/x`);
  assertEquals(resolveAddress("\\x", `${API}/v1`), `${API}/v1/x`);
});

Deno.test("resolveAddress() keeps the base URL's path", () => {
  const base = "https://gateway.example:8443/xsignals/v1";
  const table: [string, string][] = [
    ["/file", `${base}/file`],
    ["file", `${base}/file`],
    ["", `${base}/`],
    ["?a", `${base}/?a`],
    ["/ /file", `${base}/%20/file`],
    [`${base}/file`, `${base}/file`],
    ["https://gateway.example:8443/elsewhere", "https://gateway.example:8443/elsewhere"],
    ["../v2/file", "https://gateway.example:8443/xsignals/v2/file"],
  ];
  for (const [input, expected] of table) assertEquals(resolveAddress(input, base), expected, JSON.stringify(input));
});

Deno.test("resolveAddress() takes a base URL whose own path begins with auth", () => {
  const base = "https://gateway.example/auth/v1";
  assertEquals(resolveAddress("/file/group", base), `${base}/file/group`);
  assertTypeError("/auth/login", "/auth/*", base);
});

Deno.test("resolveAddress() takes names outside ASCII for the same origin", () => {
  const base = new URL("https://żółw.example").origin;
  assertEquals(resolveAddress("https://ŻÓŁW.example/x", base), "https://xn--w-uga1v8h.example/x");
  assertOriginRefused("https://zółw.example/x", base);
});

Deno.test("resolveAddress() refuses every way to another origin, and quotes no more than the origin (18, 19)", () => {
  for (
    const input of [
      "https://evil.example/x?SECRET",
      "//evil.example/SECRET",
      "///evil.example/SECRET",
      "/\\evil.example/SECRET",
      "\\/evil.example",
      "\\\\evil.example",
      "\\\\\\evil.example",
      " //evil.example",
      "\t/\t/evil.example",
      "/\n/evil.example",
      "\r\n//evil.example",
      "\0//evil.example",
      "\x01\x1f//evil.example",
      "https:evil.example",
      "https:/evil.example",
      "https:///evil.example",
      "https:\\\\evil.example",
      "ht\ntps://evil.example",
      "\thttps://evil.example",
      "HTTPS://EVIL.EXAMPLE",
      `http://api.xsignals.xpansiv.com/x`,
      `${API}:444/x`,
      `${API}:80/x`,
      `${API}./x`,
      `${API}.evil.example/x`,
      "https://xsignals.xpansiv.com/x",
      "https://sub.api.xsignals.xpansiv.com/x",
      "https://api.data.xpansiv.com/x",
      "https://api。evil。example/x",
      `blob:${API}/SECRET`,
      "data:text/plain,SECRET",
      "file:///SECRET",
      "ftp://api.xsignals.xpansiv.com/x",
      "ws://api.xsignals.xpansiv.com/x",
      "wss://api.xsignals.xpansiv.com/x",
      "javascript:SECRET",
      "mailto:SECRET@evil.example",
      "localhost:8787/SECRET",
      "https://127.0.0.1/x",
      "https://[::1]/x",
    ]
  ) {
    assertOriginRefused(input);
  }
});

Deno.test("resolveAddress() names the two origins, or the scheme of what has none", () => {
  assertThrows(
    () => resolveAddress("https://evil.example/x", API),
    SessionError,
    "Cannot fetch from https://evil.example: the session is for https://api.xsignals.xpansiv.com",
  );
  assertThrows(() => resolveAddress("file:///etc", API), SessionError, "Cannot fetch from file: the session is for");
});

Deno.test("resolveAddress() refuses credentials in the address, and does not quote them", () => {
  for (
    const input of [
      "https://user:SECRET@api.xsignals.xpansiv.com/x",
      "https://SECRET@api.xsignals.xpansiv.com/x",
      "https://:SECRET@api.xsignals.xpansiv.com/x",
      "https://api.xsignals.xpansiv.com:SECRET@evil.example/x",
      "https://api.xsignals.xpansiv.com@evil.example/x",
      "//user:SECRET@api.xsignals.xpansiv.com/x",
    ]
  ) {
    assertTypeError(input, "it must not have credentials");
  }
});

Deno.test("resolveAddress() refuses anything but an address, and does not quote it (33)", () => {
  for (
    const input of [
      "//",
      "//[?X-Amz-Signature=SECRET",
      "https://",
      "\\\\",
      "//SECRET SECRET",
      "https://a:SECRET/",
      "https://a:99999/?SECRET",
      "https:",
      "//%",
    ]
  ) {
    assertTypeError(input, "Cannot fetch the address: it is not a valid URL or path");
  }
});

Deno.test("resolveAddress() refuses /auth/* and /oauth/* however they are written", () => {
  for (
    const input of [
      "/auth/login",
      "/auth",
      "/auth/",
      "/auth?x",
      "/auth#x",
      "auth/login",
      "/AUTH/Login",
      "/auth//login",
      "/auth/login/",
      "/auth/login?x=y",
      "/auth/other",
      "//api.xsignals.xpansiv.com//auth/login",
      "/.//auth/login",
      "\\auth\\login",
      "/x\\..\\auth/login",
      "/x/../auth/login",
      "/x/%2e%2e/auth/login",
      "/x/%2E./auth/login",
      "/x/%252e%252e/auth/login",
      "/x/..%2fauth/login",
      "/x/..%5cauth/login",
      "/%61uth/login",
      "/%2561uth/login",
      "/%252561uth/login",
      "/a%75th%2Flogin",
      "/%2fauth/login",
      "/auth%2flogin",
      "/auth%5Clogin",
      "/auth;v=1/login",
      "/auth;/login;x",
      "/;/auth/login",
      "/x/..;/auth/login",
      "/x/..;a=b/auth/login",
      "/x/%2e%2e%3b/auth/login",
      "/a\tuth/login",
      "/auth/\nlogin",
      " /auth/login",
      "\0/auth/login",
      `${API}/auth/login`,
      `${API}:443//auth/login`,
    ]
  ) {
    assertTypeError(input, "Cannot fetch /auth/*");
    assertTypeError(
      input.replace(/auth/gi, "oauth").replace("%61u", "o%61u").replace("%2561u", "o%2561u")
        .replace("%252561u", "o%252561u").replace("a%75th", "oa%75th").replace("a\tuth", "oa\tuth"),
      "/auth/* or /oauth/*",
    );
  }
});

Deno.test("resolveAddress() refuses /auth/* under the base URL's path, and beside it", () => {
  for (const base of ["https://gateway.example/v1", "https://gateway.example/API%20x/v1"]) {
    for (const input of ["/auth/login", "auth/login", "../../auth/login", "/x/../auth/login", "/..;/..;/auth/login"]) {
      assertTypeError(input, "Cannot fetch /auth/*", base);
    }
    assertTypeError("https://gateway.example/auth/login", "Cannot fetch /auth/*", base);
    assertTypeError(`${base}/%61uth/login`, "Cannot fetch /auth/*", base);
  }
});

Deno.test("resolveAddress() names the session's own methods instead", () => {
  const paths = ["login", "refresh", "logout", "changePassword", "other", "", "constructor", "__proto__", "toString"];
  for (const path of [...paths.map((path) => `/auth/${path}`), "/auth", "/oauth/token"]) {
    assertTypeError(path, "use session.token(), logout() or changePassword()");
  }
});

Deno.test("resolveAddress() passes what only looks like them", () => {
  for (
    const path of [
      "/authority",
      "/auth-x/login",
      "/auth.json",
      "/xauth/login",
      "/file/auth/x",
      "/login",
      "/file/group/auth",
      "/_auth/login",
      "/%C3%A1uth/login",
      "/file/..auth/x",
      "/file/...;/auth/x",
    ]
  ) {
    assertEquals(resolveAddress(path, API), `${API}${path}`);
  }
});

/** How many addresses are parsed while the work runs. */
function parsedDuring(work: () => void): number {
  const platformUrl = globalThis.URL;
  let parsed = 0;
  globalThis.URL = class extends platformUrl {
    constructor(...parts: ConstructorParameters<typeof URL>) {
      super(...parts);
      parsed++;
    }
  };
  try {
    work();
  } finally {
    globalThis.URL = platformUrl;
  }
  return parsed;
}

Deno.test("createAddressBook() remembers an address that it found, for one base URL", () => {
  const resolve = createAddressBook(API);
  const times = (input: string, count: number) =>
    parsedDuring(() => Array.from({ length: count }, () => resolve(input)));
  assertEquals([times("/x?a", 3), times("/x?a", 2), times("/x?b", 2)], [1, 0, 1]);
  assertEquals(createAddressBook(`${API}/v1`)("/x?a"), `${API}/v1/x?a`);
});

Deno.test("createAddressBook() forgets them all when they are a hundred, and never keeps a long one", () => {
  const resolve = createAddressBook(API);
  const resolveMany = (from: number, to: number) => {
    for (let number = from; number <= to; number++) resolve(`/${number}`);
  };
  assertEquals(parsedDuring(() => resolveMany(1, 100)), 100);
  assertEquals(parsedDuring(() => resolveMany(1, 100)), 0);
  assertEquals(parsedDuring(() => resolveMany(101, 101)), 1);
  assertEquals(parsedDuring(() => resolveMany(1, 99)), 99);
  const long = `/${"x".repeat(1_000)}`;
  assertEquals(parsedDuring(() => [resolve(long), resolve(long), resolve(long.slice(1)), resolve(long.slice(1))]), 3);
});

Deno.test("createAddressBook() refuses what it refused before", () => {
  const resolve = createAddressBook(API);
  for (let time = 0; time < 3; time++) {
    assertThrows(() => resolve("https://evil.example/x"), SessionError);
    assertThrows(() => resolve("/x/../auth/login"), TypeError);
  }
});

Deno.test("createAddressBook() refuses the session's own endpoints however they are written, and at any depth", () => {
  const resolve = createAddressBook("https://api.example");
  for (
    const path of [
      "/auth%20/login",
      "/auth%00/login",
      "/auth./login",
      `/${"%25".repeat(1)}61uth/login`,
      "/%2525252561uth/login",
      "/x/auth/login",
      "/x/y/AUTH/changePassword",
      "/x/oauth/token",
      "/x/oauth/revoke/",
    ]
  ) {
    assertThrows(() => resolve(path), TypeError, "use session.token()", path);
  }
  for (const path of ["/file/auth/x", "/x/oauth/other", "/authority", "/file/auth", "/x/auth/loginx"]) resolve(path);
});
