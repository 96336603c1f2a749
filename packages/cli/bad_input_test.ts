// Bad input, of flags, of servers and of disks: the exit code, what is said, and what is sent.
import type { EmulatorOptions } from "@xsignals/emulator";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BASE_URL, ENV, NEWER, NOTE, openStage, ORDERS, type Stage, type Surroundings } from "./stage_test.ts";

/** Wrong flags and arguments: each is 2, names what is wrong and how it should look, and sends nothing. */
const WRONG_USE: readonly (readonly [args: string, says: string])[] = [
  ["files", "GROUP: it is missing; xsignals files --help shows"],
  ["sync Notes", "DIR: it is missing"],
  ["download", "FID: it is missing"],
  ["newest", "GROUP: it is missing"],
  ["groups --frobnicate", "--frobnicate: there is no such flag; xsignals groups --help"],
  ["groups --password=SECRET", "--password: there is no such flag"],
  ["groups a SECRET", "too many; quote a name with spaces"],
  ["group SECRET", "the command: there is none of that name; did you mean groups? xsignals --help lists them"],
  [
    "series G --form 2024-01-01",
    "--form: there is no such flag; did you mean --from? xsignals series --help lists them",
  ],
  ["frobnicate SECRET", "the command: there is none of that name; xsignals --help"],
  ["groups --timeout 0", "--timeout: it must be a number of seconds above 0, 2,000,000 at most, such as --timeout 30"],
  ["groups --json=1", "--json: it takes no value"],
  ["groups --timeout soon", "--timeout: it must be"],
  ["groups --timeout", "--timeout: its value is missing; write --timeout <SECONDS>"],
  ["groups --json --csv", "--json with --csv: choose one form of output"],
  ["files G --table --csv", "--csv with --table"],
  ["status --csv", "--csv: the command prints no rows"],
  ["sync G DIR/x --table", "--table: the command prints no rows"],
  ["files G --limit 0", "--limit: it must be a whole number from 1"],
  ["files G --limit many", "--limit: it must be a whole number from 1"],
  ["files G --since 2024-13-01", "--since: it must be a date or a time such as 2024-03-01"],
  ["files G --since 2024-02-30", "--since: it must be a date or a time"],
  ["files G --since yesterday", "--since: it must be a date or a time"],
  ["files G --since 2024-03-01T12:00:00Z", "times are local and have no zone"],
  ["newest G -d DIR/a -o DIR/b", "--directory with --output: give the folder"],
  ["download F -d DIR/a -o -", "--directory with --output"],
  ["newest G -d=", "--directory: it must be the path of a folder"],
  ["newest G -o - --json", "--json with -o -"],
  ["newest G -o - --overwrite", "--overwrite with -o -"],
  ["download F G -o DIR/x", "--output: it takes one FID"],
  ["download F ..", "FID: it must be the id of a file"],
  ["sync G DIR/x --names date", "--names: it must be id or arrival"],
  ["groups --profile ..", "--profile: it must be 1 to 64 letters, digits and ._-"],
  ["groups --profile a/b", "--profile: it must be"],
  [`groups --profile ${"a".repeat(65)}`, "--profile: it must be"],
  ["groups --base-url http://example.com", "--base-url: it must begin with https://"],
  ["groups --base-url example.com", "--base-url: it must be an address such as https://"],
  ["groups --base-url https://user:SECRET@example.com", "--base-url: it must be an address"],
  ["login --password-stdin", "--password-stdin: standard input must have one line"],
  ["login --no-input", "--password-stdin: it is needed where nobody can be asked"],
  ["login --sso --password-stdin", "XSIGNALS_CLIENT_ID is not set"],
  ["login --username a:SECRET --password-stdin", "user name"],
];

Deno.test("xsignals refuses wrong flags and arguments with 2, says which, and sends nothing", async () => {
  await using stage = await openStage();
  for (const [line, says] of WRONG_USE) {
    const args = line.split(" ").map((one) => one === "-d=" ? "--directory=" : one);
    const { code, stdout, stderr } = await stage.run(args);
    assertEquals([code, stdout], [2, ""], line);
    assertStringIncludes(stderr, says, line);
    assertMatch(stderr, /^(\{"error":\{"code":"usage","message":")?Cannot use .*\n$/, line);
    assertEquals(stderr.includes("SECRET"), false, line);
  }
  assertEquals(stage.calls(), []);
});

Deno.test("xsignals refuses variables that are wrong with 2, by name", async () => {
  const cases = [
    [{ ...ENV, XSIGNALS_AUTH: "magic" }, "XSIGNALS_AUTH: it must be one of login"],
    [{ ...ENV, XSIGNALS_BASE_URL: "http://example.com" }, "XSIGNALS_BASE_URL: it must begin with https://"],
    [{ XSIGNALS_PASSWORD: "password" }, "XSIGNALS_USERNAME is not set"],
    [{ ...ENV, XSIGNALS_TOKEN: "t" }, "XSIGNALS_TOKEN is set but XSIGNALS_AUTH is not"],
  ] as const;
  await using stage = await openStage();
  for (const [env, says] of cases) {
    const { code, stderr } = await stage.run(["groups"], { env });
    assertEquals(code, 2, says);
    assertStringIncludes(stderr, says);
  }
  assertEquals(stage.calls(), []);
});

/** What servers answer, and what is said then. */
interface Case {
  readonly name: string;
  readonly options?: EmulatorOptions;
  /** Prepares the emulator or the folder. */
  readonly prepare?: (stage: Stage) => unknown;
  readonly args: readonly string[];
  readonly surroundings?: Surroundings;
  readonly code: number;
  readonly stdout?: string;
  /** What standard error says. */
  readonly says: RegExp;
  /** What is called, if that is part of the case. */
  readonly calls?: readonly string[];
  /** What is in the folder then. */
  readonly left?: (names: readonly string[]) => boolean;
}

const download = (status: number, more: object = {}) => ({ emulator }: Stage) => {
  for (const operation of ["downloadFile", "getFile", "fetchLink", "searchFiles"] as const) {
    emulator.faults.add({ operation, status, times: Infinity, ...more });
  }
};

/** A clock with which pauses between tries take no time, and servers all the time they want. */
function quickClock(): Surroundings["clock"] {
  return {
    now: () => Date.now(),
    sleep: (ms, signal) =>
      ms < 9_000
        ? Promise.resolve()
        : new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true })),
  };
}

const HTML = { headers: { "content-type": "text/html" }, body: "<html>hello</html>", status: 200 };

const CASES: readonly Case[] = [
  {
    name: "a group that does not exist",
    args: ["files", "Nope"],
    code: 3,
    says: /^no such group: Nope; xsignals groups lists them\n$/,
  },
  {
    name: "a group that does not exist, synced",
    args: ["sync", "Nope", "DIR/x"],
    code: 3,
    says: /^no such group: Nope/,
  },
  { name: "a group that does not exist, its newest", args: ["newest", "Nope"], code: 3, says: /^no such group: Nope/ },
  {
    name: "a group that is empty",
    options: { groups: [{ name: "Empty" }] },
    args: ["files", "Empty"],
    code: 0,
    says: /^0 files\n$/,
  },
  {
    name: "a group that is empty, synced",
    options: { groups: [{ name: "Empty" }] },
    args: ["sync", "Empty", "DIR/x"],
    code: 0,
    stdout: "0 files: 0 fetched, 0 there already (0 B in 0:00)\n",
    says: /^$/,
  },
  {
    name: "a group that is empty, its newest",
    options: { groups: [{ name: "Empty" }] },
    args: ["newest", "Empty", "-d", "DIR/x"],
    code: 3,
    says: /^no file in the group: Empty\n$/,
  },
  { name: "a file that never was", args: ["download", "nope", "-d", "DIR"], code: 3, says: /there is no such file/ },
  {
    name: "a file that was removed",
    prepare: download(410),
    args: ["download", NOTE, "-d", "DIR"],
    code: 3,
    says: /the file was removed/,
  },
  {
    name: "a file that is hidden",
    prepare: download(403),
    args: ["download", NOTE, "-d", "DIR"],
    code: 1,
    says: /the account may not see the file/,
  },
  {
    name: "a server that is down",
    prepare: ({ emulator }) => emulator.faults.add({ operation: "listFileGroups", status: 502, times: Infinity }),
    args: ["groups"],
    surroundings: { clock: quickClock() },
    code: 75,
    says: /the server failed \(status 502\) \(4 tries\)/,
  },
  {
    name: "a server that asks to come back later",
    prepare: ({ emulator }) =>
      emulator.faults.add({
        operation: "listFileGroups",
        status: 429,
        headers: { "retry-after": "3600" },
        times: Infinity,
      }),
    args: ["groups"],
    code: 75,
    says: /the server asks to come back later .*try again after \d{4}-/,
  },
  {
    name: "a web site in place of the API",
    prepare: ({ emulator }) =>
      emulator.faults.add({
        operation: "listFileGroups",
        status: 307,
        headers: { location: "https://www.example.com/home?q=SECRET" },
      }),
    args: ["groups"],
    code: 1,
    says: /redirects to www\.example\.com;.*check --base-url/,
  },
  {
    name: "HTML in place of a list",
    prepare: ({ emulator }) => emulator.faults.add({ operation: "listFileGroups", ...HTML }),
    args: ["groups"],
    code: 1,
    says: /^Cannot list the groups: /,
  },
  {
    name: "HTML in place of a file's metadata",
    prepare: ({ emulator }) => emulator.faults.add({ operation: "getFile", ...HTML, times: Infinity }),
    args: ["download", NOTE, "-d", "DIR"],
    code: 1,
    says: /^Cannot get the file/,
  },
  {
    name: "a file that is HTML",
    options: { files: [{ fid: "f", fileName: "a.html", groupName: "G", content: "<html></html>" }] },
    args: ["newest", "G", "-o", "-"],
    code: 0,
    stdout: "<html></html>",
    says: /^$/,
  },
  {
    name: "no size in the metadata",
    options: { assumptions: { fileSize: "missing" } },
    args: ["newest", "Market Notes", "-d", "DIR"],
    code: 0,
    stdout: `DIR/note_${NOTE}.txt\n`,
    says: /^$/,
  },
  {
    name: "a size of 0 in the metadata",
    options: { assumptions: { fileSize: "zero" } },
    args: ["newest", "Market Notes", "-d", "DIR"],
    code: 0,
    stdout: `DIR/note_${NOTE}.txt\n`,
    says: /^$/,
  },
  {
    name: "a size that is one too many",
    options: { assumptions: { fileSize: "wrong" } },
    args: ["newest", "Market Notes", "-d", "DIR", "--json"],
    code: 1,
    says: /^\{"error":\{"code":"size_mismatch",.*\n$/,
    left: (names) => names.join() === ".xsignals",
  },
  {
    name: "-o /",
    args: ["newest", "Market Notes", "-o", "/"],
    code: 1,
    says: /\/ is a folder; give the path of a file/,
  },
  {
    name: "-o the folder above",
    args: ["newest", "Market Notes", "-o", "DIR/.."],
    code: 1,
    says: /\.\. is a folder; give the path of a file/,
  },
  { name: "-o a folder", args: ["newest", "Market Notes", "-o", "DIR"], code: 1, says: /DIR is a folder/ },
  {
    name: "-d a file",
    prepare: ({ folder }) => Deno.writeTextFile(`${folder}/x`, ""),
    args: ["newest", "Market Notes", "-d", "DIR/x"],
    code: 1,
    says: /DIR\/x/,
    left: (names) => names.join() === "x",
  },
  {
    name: "-o a symbolic link",
    prepare: ({ folder }) => Deno.symlink("/etc/passwd", `${folder}/x`),
    args: ["newest", "Market Notes", "-o", "DIR/x", "--overwrite"],
    code: 1,
    says: /DIR\/x is a symbolic link/,
    left: (names) => names.join() === "x",
  },
  {
    name: "-o a file that is there",
    prepare: ({ folder }) => Deno.writeTextFile(`${folder}/x`, "old"),
    args: ["newest", "Market Notes", "-o", "DIR/x"],
    code: 1,
    says: /DIR\/x is there already; move it away, or use --overwrite\n$/,
    left: (names) => names.join() === "x",
  },
  {
    name: "-o a file that is there, to be replaced",
    prepare: ({ folder }) => Deno.writeTextFile(`${folder}/x`, "old"),
    args: ["newest", "Market Notes", "-o", "DIR/x", "--overwrite"],
    code: 0,
    stdout: "DIR/x\n",
    says: /^$/,
  },
  {
    name: "-o a device",
    args: ["newest", "Market Notes", "-o", "/dev/full"],
    code: 1,
    says: /\/dev\/full is not a plain file/,
  },
  {
    name: "a group's name that a search cannot carry",
    args: ["files", "A & B"],
    code: 1,
    says: /&/,
    calls: [],
  },
  {
    name: "a wrong password",
    args: ["groups"],
    surroundings: { env: { ...ENV, XSIGNALS_PASSWORD: "SECRET" } },
    code: 4,
    says: /refused.*; check the credentials, .* in the environment: XSIGNALS_USERNAME and XSIGNALS_PASSWORD, or .*\n$/,
    calls: ["authLogin"],
  },
  {
    name: "a file among several that is not there",
    args: ["download", NOTE, "nope", NEWER, "-d", "DIR"],
    code: 5,
    stdout: `DIR/note_${NOTE}.txt\nDIR/active_orders_${NEWER}.csv\n`,
    says: /^Cannot .*nope.*there is no such file.*\n$/,
  },
  {
    name: "a server that asks to wait for an hour, which every other file would meet, too",
    prepare: ({ emulator }) =>
      emulator.faults.add({ operation: "getFile", status: 429, headers: { "retry-after": "3600" }, times: Infinity }),
    args: ["download", NOTE, NEWER, "-d", "DIR"],
    code: 75,
    says: /^Cannot get the file .*; try again after .*\n$/,
    calls: ["authLogin", "getFile"],
  },
  {
    name: "a file of a sync that cannot be had",
    prepare: ({ emulator }) => emulator.faults.add({ operation: "downloadFile", status: 403 }),
    args: ["sync", ORDERS, "DIR/orders"],
    code: 5,
    stdout: "2 files: 1 fetched, 0 there already, 1 failed (439 B in 0:00)\n" +
      "failed: FID active_orders.csv: the account may not see the file (status 403)\n",
    says: /^$/,
  },
];

for (const { name, options, prepare, args, surroundings, code, stdout = "", says, calls, left } of CASES) {
  Deno.test(`xsignals ${args[0]}, ${name}: ${code}`, async () => {
    await using stage = await openStage(options);
    await prepare?.(stage);
    const outcome = await stage.run(args, surroundings);
    assertEquals(outcome.code, code, outcome.stderr);
    assertEquals(outcome.stdout.replace(/(?<=failed: )\S+/, "FID"), stdout);
    assertMatch(outcome.stderr, says);
    assertEquals(outcome.stderr.includes("SECRET"), false);
    if (calls) assertEquals(stage.calls(), calls);
    if (left) {
      const names = await Array.fromAsync(Deno.readDir(stage.folder), (one) => one.name);
      assert(left(names), names.join());
    }
  });
}

Deno.test("xsignals sends a wrong password once, and not again", async () => {
  await using stage = await openStage();
  const env = { ...ENV, XSIGNALS_PASSWORD: "wrong" };
  assertEquals([(await stage.run(["groups"], { env })).code, (await stage.run(["groups"], { env })).code], [4, 4]);
  assertEquals(stage.calls(), ["authLogin"]);
  for (const _ of [1, 2]) {
    const login = ["login", "--username", "login", "--password-stdin"];
    assertEquals((await stage.run(login, { env: { XSIGNALS_BASE_URL: BASE_URL }, input: "wrong\n" })).code, 4);
  }
  assertEquals(stage.calls(), ["authLogin"]);
});

Deno.test("xsignals saves files with hostile names inside the folder, each as another file", async () => {
  const names = ["../../evil.csv", "a/b\\c:*?.csv", "CON", ".", " ", "ž".repeat(300), "\x1b]52;c;x\x07\u202e\r\n.csv"];
  const files = names.map((fileName, index) => ({ fid: `f${index}`, fileName, groupName: "G", content: `${index}` }));
  await using stage = await openStage({ files });
  const { code, stdout } = await stage.run(["sync", "G", "DIR/out"]);
  assertEquals([code, stdout], [0, "7 files: 7 fetched, 0 there already (7 B in 0:00)\n"]);
  const there = await Array.fromAsync(Deno.readDir(`${stage.folder}/out`), ({ name }) => name);
  assertEquals(there.length, 7);
  assertEquals(there.filter((name) => /\p{C}|[/\\:*?"<>|]/u.test(name)), []);
  assertEquals(await Array.fromAsync(Deno.readDir(stage.folder), ({ name }) => name), ["out"]);
});
