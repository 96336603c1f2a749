import { assert, assertEquals, assertMatch } from "@std/assert";
import { createEmulator, type EmulatorOptions } from "@xsignals/emulator";
import { type Trial, type Tried, tried } from "./tried_test.ts";

const CHECKS = [
  "settings",
  "proxy",
  "permission",
  "name",
  "connection",
  "TLS",
  "address",
  "clock",
  "store",
  "login",
  "list",
];
const PASSWORD = "PASSWORD-SECRET";
const USER = "someone@example.com";

/** Runs `doctor` in a home of its own; its output has neither the user's name nor a secret. */
async function examined(
  { env, ...trial }: Trial & { readonly options?: EmulatorOptions } = {},
  flags: readonly string[] = [],
): Promise<Tried & { readonly marks: Readonly<Record<string, string>> }> {
  const { options } = trial;
  const emulator = trial.emulator ?? createEmulator({ users: { [USER]: PASSWORD }, ...options });
  const home = trial.home ?? await Deno.makeTempDir({ prefix: "someone" });
  const result = await tried(["doctor", ...flags], {
    ...trial,
    emulator,
    home,
    env: { XSIGNALS_USERNAME: USER, XSIGNALS_PASSWORD: PASSWORD, ...env },
  });
  if (trial.home === undefined) await Deno.remove(home, { recursive: true });
  for (const secret of [USER, "someone", PASSWORD, home, "eyJ"]) {
    assert(!(result.out + result.err).includes(secret), `${secret} in ${result.out}${result.err}`);
  }
  const lines = result.out.split("\n").filter((line) => /^[✓✗–] /.test(line));
  return { ...result, marks: Object.fromEntries(lines.map((line) => [line.slice(2, 13).trim(), line[0]!])) };
}

/** The checks with that mark. */
function marked({ marks }: { readonly marks: Readonly<Record<string, string>> }, mark: string): string[] {
  return Object.entries(marks).filter(([, one]) => one === mark).map(([check]) => check);
}

/** What a fetch rejects with in Deno. */
function failing(message: string) {
  const cause = new TypeError(
    `error sending request for url (https://x/?${PASSWORD}): client error (Connect): ${message}`,
  );
  return () => Promise.reject(new TypeError("fetch failed", { cause }));
}

Deno.test("doctor ticks everything, by one call without a login, one login and one list", async () => {
  const { code, out, err, operations, marks } = await examined();
  assertEquals([code, err], [0, ""], out);
  assertEquals([Object.keys(marks), new Set(Object.values(marks))], [CHECKS, new Set(["✓"])]);
  assertMatch(out, /^xsignals \d+\.\d+\.\d+, Deno\/\S+, \w+ \w+\n✓ settings {4}login, from the environment, at api\.x/);
  assertMatch(out, /\n✓ store {7}~\/\.local\/state\/xsignals\/default can be written\n/);
  assertMatch(out, /\n✓ login {7}obtained now, until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n/);
  assertEquals(operations, ["listFileGroups", "authLogin", "listFileGroups"]);
});

Deno.test("doctor uses the login that is kept, and prints a value a line with --json", async () => {
  const home = await Deno.makeTempDir();
  const emulator = createEmulator({ users: { [USER]: PASSWORD } });
  await examined({ emulator, home });
  const { code, out, operations } = await examined({ emulator, home }, ["--json"]);
  const findings = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals([code, findings.map(({ check }) => check)], [0, CHECKS]);
  assertEquals(new Set(findings.map((one) => Object.keys(one).join())), new Set(["check,ok,found,advice"]));
  assertMatch(findings.at(-2).found, /^kept from before, the password was not sent, until /);
  assertEquals(operations, ["listFileGroups", "listFileGroups"]);
  emulator.revokeAccessTokens(); // for every command the session gets another one
  assertEquals((await examined({ emulator, home })).code, 0);
  await Deno.remove(home, { recursive: true });
});

/** How a call may fail, which check gets the cross, and what it says. */
const FAILURES: readonly (readonly [message: string, check: string, says: RegExp])[] = [
  [
    "dns error: failed to lookup address information",
    "name",
    /the name is not known\n +to do: check the network, --base-url/,
  ],
  [
    "tcp connect error: Connection refused (os error 111)",
    "connection",
    /nothing listens at [\w.]+\n +to do: start the server, or check/,
  ],
  [
    "received corrupt message of type InvalidContentType",
    "TLS",
    /it does not speak TLS\n +to do: check https and the port/,
  ],
  [
    "invalid peer certificate: UnknownIssuer",
    "TLS",
    /unknown authority\n +to do: if you trust it, name its file in DENO_CERT/,
  ],
  ["invalid peer certificate: NotValidYet", "TLS", /not valid yet\n +to do: check the clock/],
];

Deno.test("doctor crosses where a call ends, tries nothing that comes after it, and sends no password", async () => {
  for (const [message, check, says] of FAILURES) {
    const result = await examined({ fetch: failing(message) });
    assertEquals([result.code, marked(result, "✗")], [1, [check]], result.out);
    assertMatch(result.out, says);
    const after = [...CHECKS.slice(CHECKS.indexOf(check) + 1, CHECKS.indexOf("store")), "login", "list"];
    assertEquals(marked(result, "–"), after, message);
  }
  const denied = () => Promise.reject(Object.assign(new Error("Requires net access"), { name: "NotCapable" }));
  const result = await examined({ fetch: denied });
  assertEquals(marked(result, "✗"), ["permission"]);
  assertMatch(result.out, /--allow-net=api\.xsignals\.xpansiv\.com/);
});

Deno.test("doctor crosses an address where another server answers", async () => {
  const answers: readonly (readonly [response: Response, says: RegExp])[] = [
    [
      new Response(null, { status: 307, headers: { location: "https://www.example/?x" } }),
      /redirects to www\.example \(status 307\)/,
    ],
    [
      new Response("<html>", { headers: { "content-type": "text/html" } }),
      /something else answers there \(status 200\)/,
    ],
    [new Response("{}", { status: 404, headers: { "content-type": "application/json" } }), /something else .*404/],
    [new Response("<html>", { status: 403 }), /something before the API refuses this machine/],
    [new Response("", { status: 503 }), /the server failed, or is busy \(status 503\)\n +to do: try later/],
  ];
  for (const [response, says] of answers) {
    const result = await examined({ fetch: () => Promise.resolve(response) });
    assertEquals([result.code, marked(result, "✗"), marked(result, "–")], [1, ["address"], ["login", "list"]]);
    assertMatch(result.out, says);
  }
});

Deno.test("doctor takes a refusal in JSON for the API's, though it is not a 401", async () => {
  const headers = { "content-type": "application/json" };
  const result = await examined({ fetch: () => Promise.resolve(new Response("{}", { status: 403, headers })) });
  assertEquals(result.marks["address"], "✓");
});

Deno.test("doctor crosses a clock that is an hour off, by the server's Date", async () => {
  for (const [ms, says] of [[3_600_000, "60 minutes fast"], [-3_600_000, "60 minutes slow"]] as const) {
    const clock = { now: () => Date.now() + ms, sleep: () => new Promise<void>(() => {}) };
    const result = await examined({ clock });
    assertEquals([result.code, marked(result, "✗")], [1, ["clock"]], result.out);
    assert(result.out.includes(`this machine's clock is ${says}, by the server's\n`), result.out);
  }
});

Deno.test("doctor compares no clocks if the server tells no time, or a cache tells it", async () => {
  const headers = { date: new Date(0).toUTCString(), age: "1" };
  for (const init of [{ status: 401 }, { status: 401, headers }]) {
    const { out } = await examined({ fetch: () => Promise.resolve(new Response("{}", init)) });
    assertMatch(out, /✓ clock {7}not compared: the server told no time\n/);
  }
});

Deno.test("doctor breaks long lines between words on a terminal, and goes on below what was found", async () => {
  const emulator = createEmulator({ users: { [USER]: "another" } });
  const { out } = await examined({ emulator, terminal: 60 });
  assert(
    out.includes("\n              to do: check the credentials, as typed or in\n              the environment: "),
    out,
  );
  assert(out.split("\n").every((line) => line.length <= 60), out);
});

Deno.test("doctor sends a wrong password once, and not again", async () => {
  const home = await Deno.makeTempDir();
  const emulator = createEmulator({ users: { [USER]: "another" } });
  const first = await examined({ emulator, home });
  assertEquals([first.code, marked(first, "✗"), marked(first, "–")], [1, ["login"], ["list"]]);
  assertMatch(
    first.out,
    /the server refused the credentials.*\n +to do: check the credentials, as typed or in the environment: XSIGNALS_USERNAME and/,
  );
  assertEquals(first.operations, ["listFileGroups", "authLogin"]);
  const second = await examined({ emulator, home });
  assertEquals([second.code, second.operations], [1, ["listFileGroups"]]);
  assertMatch(second.out, /refused these credentials before/);
  await Deno.remove(home, { recursive: true });
});

Deno.test("doctor logs in at most once, whatever the server answers", async () => {
  for (const status of [429, 500, 503]) {
    const emulator = createEmulator({ users: { [USER]: PASSWORD } });
    emulator.faults.add({ operation: "authLogin", status, times: 9 });
    const { code, operations } = await examined({ emulator });
    assertEquals([code, operations], [1, ["listFileGroups", "authLogin"]]);
  }
  for (const [status, says] of [[401, /http_error \(status 401\)/], [403, /forbidden/], [500, /http_error/]] as const) {
    const emulator = createEmulator({ users: { [USER]: PASSWORD } });
    const respond = (request: Request) =>
      new Response(`sorry, ${USER}`, { status: /doctor/.test(request.headers.get("authorization")!) ? 401 : status });
    emulator.faults.add({ operation: "listFileGroups", respond, times: 9 });
    const result = await examined({ emulator });
    assertEquals([result.code, marked(result, "✗")], [1, ["list"]], result.out);
    assertEquals(result.operations, ["listFileGroups", "authLogin", "listFileGroups"]);
    assertMatch(result.out, says);
  }
});

Deno.test("doctor crosses a store that cannot be written, and tries the environment's login all the same", async () => {
  const home = await Deno.makeTempDir();
  await Deno.writeTextFile(`${home}/.local`, "");
  const unreadable = await examined({ home });
  assertEquals([unreadable.code, marked(unreadable, "✗"), marked(unreadable, "–")], [1, ["store"], []]);
  const unwritable = await examined({ env: { XDG_STATE_HOME: "/proc" } }); // where nobody can make a folder
  assertEquals([unwritable.code, marked(unwritable, "✗"), marked(unwritable, "–")], [1, ["store"], []]);
  assertMatch(
    unwritable.out,
    /✗ store {7}Cannot keep the login in \$XDG_STATE_HOME\/xsignals\/default: .*\n +to do: XDG_/,
  );
  const kept = await examined({ home, env: { XSIGNALS_PASSWORD: "" } });
  assertEquals([kept.code, marked(kept, "✗"), marked(kept, "–")], [1, ["settings", "store"], ["login", "list"]]);
  assertEquals(kept.operations, ["listFileGroups"]);
  const basic = await examined({ env: { XDG_STATE_HOME: "/proc", XSIGNALS_AUTH: "basic" } });
  assertEquals([basic.code, marked(basic, "✗")], [0, []], basic.out);
  assertMatch(basic.out, /✓ login {7}sent with each call\n/);
  const none = await tried(["doctor"]);
  assertMatch(none.out, /✗ store {7}there is no folder to keep a login in\n +to do: set HOME/);
  await Deno.remove(home, { recursive: true });
});

Deno.test("doctor names no user, and says what to do without a login, with wrong variables and a wrong proxy", async () => {
  const none = await examined({ env: { XSIGNALS_USERNAME: "", XSIGNALS_PASSWORD: "" } });
  assertEquals([none.code, marked(none, "✗")], [1, ["login"]], none.out);
  assertMatch(none.out, /✗ login {7}not logged in\n +to do: run xsignals login/);
  const wrong = await examined({ env: { XSIGNALS_BASE_URL: "http://api.example" } });
  assertEquals([wrong.code, wrong.operations, marked(wrong, "✗")], [1, [], ["settings"]]);
  assertMatch(wrong.out, /must begin with https/);
  const both = await examined({ env: { XSIGNALS_USERNAME: "", XSIGNALS_PASSWORD: "", XSIGNALS_BASE_URL: "x" } });
  assertEquals([both.code, both.operations, marked(both, "✗")], [1, [], ["settings"]]);
  const stray = await examined({ env: { XSIGNALS_TOKEN: "eyJx", XSIGNALS_AUTH: "login" } });
  assertEquals([stray.code, stray.operations, marked(stray, "✗")], [1, [], ["settings"]]);
  const proxy = await examined({ env: { HTTPS_PROXY: `http://u:${PASSWORD}@proxy.example:3128` } });
  assertMatch(proxy.out, /✓ proxy {7}HTTPS_PROXY names proxy\.example:3128\n/);
  for (const NO_PROXY of ["a.example, .xpansiv.com", "*"]) {
    const except = await examined({ env: { ALL_PROXY: "socks5://p", NO_PROXY } });
    assertMatch(except.out, /✓ proxy {7}NO_PROXY excepts api\.xsignals\.xpansiv\.com from that of ALL_PROXY\n/);
  }
  const odd = await examined({ env: { https_proxy: "proxy.example" } });
  assertEquals([odd.code, marked(odd, "✗")], [1, ["proxy"]]);
});

Deno.test("doctor ends each check after --timeout, and goes on", async () => {
  const forever = new Promise<never>(() => {});
  const hanging = (init?: RequestInit) =>
    new Promise<Response>((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal!.reason)));
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number) => ms === 7_000 ? Promise.resolve() : forever,
  };
  const result = await examined({ fetch: (_, init) => hanging(init), clock }, ["--timeout", "7"]);
  assertEquals([result.code, marked(result, "✗"), marked(result, "–").length], [1, ["connection"], 5]);
  assertMatch(result.out, /no answer within 7 s\n +to do: try later, or with a longer --timeout/);
  const interrupted = await examined({ signal: AbortSignal.abort() });
  assertEquals([interrupted.code, interrupted.operations], [130, []]);
});
