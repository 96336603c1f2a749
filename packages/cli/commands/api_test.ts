import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createEmulator } from "@xsignals/emulator";
import { tried, words } from "./tried_test.ts";

const NOTE = "/file/8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14";

Deno.test("api prints the answer as it came, and as one line with --json", async () => {
  const { code, out, err, operations } = await tried(words("api /file/group?size=1"));
  assertEquals([code, err, JSON.parse(out).totalSize], [0, "", 3]);
  assertEquals(operations, ["authLogin", "listFileGroups"]);
  const note = await tried(["api", `${NOTE}/download`]);
  assertEquals([note.code, note.out], [0, "Quiet trading. Zażółć gęślą jaźń.\n"]);

  const emulator = createEmulator();
  emulator.faults.add({ operation: "listFileGroups", status: 200, body: '{\n  "a": "\\u001b[2J"\n}', times: 2 });
  assertEquals((await tried(words("api /file/group --json"), { emulator })).out, '{"a":"\\u001b[2J"}\n');
  const text = await tried(["api", `${NOTE}/download`, "--json"]);
  assertEquals([text.code, text.out, JSON.parse(text.err).error.code], [1, "", "bad_response"]);
});

Deno.test("api ends with 1 above 399, with 4 at 401, and prints the answer all the same", async () => {
  const emulator = createEmulator();
  for (const [status, exit] of [[400, 1], [404, 1], [429, 1], [503, 1], [401, 4]] as const) {
    emulator.faults.clear();
    emulator.faults.add({ operation: "listFileGroups", status, body: "sorry", times: 9 });
    const { code, out, err } = await tried(words("api /file/group"), { emulator });
    assertEquals([code, out, err], [exit, "sorry", `the server answered with status ${status}\n`], `${status}`);
  }
  const json = await tried(words("api /nope --json"), { emulator });
  assertEquals(JSON.parse(json.err).error.code, "http_error");
});

Deno.test("api sends method, headers and body, from a file or standard input, again after a 401", async () => {
  const folder = await Deno.makeTempDir();
  const query = JSON.stringify({
    groupName: "CBL_Trades Compliance",
    startDate: null,
    endDate: null,
    formatType: "NCSV",
  });
  await Deno.writeTextFile(`${folder}/query.json`, query);
  for (const input of [`${folder}/query.json`, "-"]) {
    const emulator = createEmulator();
    const seen: [method: string, type: string | null, accept: string | null, body: string][] = [];
    emulator.faults.add({
      operation: "queryTimeSeries",
      times: 2,
      async respond(request) {
        const { method, headers } = request;
        seen.push([method, headers.get("content-type"), headers.get("accept"), await request.text()]);
        return new Response("sent", { status: seen.length === 1 ? 401 : 200 });
      },
    });
    const line = ["api", "/ts", "--input", input, "-H", "Accept: text/csv"];
    const { code, out, operations } = await tried(line, { emulator, stdin: query });
    assertEquals([code, out], [0, "sent"]);
    assertEquals(operations, ["authLogin", "queryTimeSeries", "authRefresh", "queryTimeSeries"]);
    const expected = ["POST", "application/json", "text/csv", query] as const;
    assertEquals(seen.map((one) => [...one]), [[...expected], [...expected]]);
  }
  const { out } = await tried(["api", "/file/group", "-X", "delete", "-H", "content-type: x/y", "--input", "-"], {
    fetch: async (input, init) => {
      const { method, headers } = new Request(input, init);
      return String(input).includes("/auth/")
        ? await createEmulator().fetch(input, init)
        : new Response(`${method} ${headers.get("content-type")}`);
    },
    stdin: "x",
  });
  assertEquals(out, "DELETE x/y");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("api -i prints status and headers, and of a link no key", async () => {
  const { code, out, err } = await tried(["api", NOTE, "-i"]);
  assertEquals(code, 0);
  assertMatch(out, /^HTTP 200\n(?:[\w-]+: .*\n)+\n\{/);
  assertMatch(out, /^location: https:\/\/datalake-xpansivprod-ng\.s3\.amazonaws\.com\/\S+\?…$/m);
  assert(!/X-Amz/.test(out + err));
  const emulator = createEmulator();
  emulator.faults.add({ operation: "listFileGroups", status: 200, body: "{}", headers: { "set-cookie": "a=SECRET" } });
  assertMatch((await tried(words("api /file/group -i"), { emulator })).out, /^set-cookie: …$/m);
  const redirected = await tried(["api", NOTE], { emulator: createEmulator({ assumptions: { fileLink: 307 } }) });
  assertEquals([redirected.code, /X-Amz/.test(redirected.err)], [0, false]);
  assertMatch(
    redirected.err,
    /^status 307; the answer names an address at datalake-xpansivprod-ng\.s3\.amazonaws\.com$/m,
  );
});

Deno.test("api shows no control character on a terminal, and hands on bytes in a pipe", async () => {
  for (const terminal of [80, undefined]) {
    const emulator = createEmulator();
    const body = "a\x1b]0;x\x07\x9b\u202Eb\n";
    emulator.faults.add({ operation: "listFileGroups", status: 200, body });
    const { out } = await tried(words("api /file/group"), { emulator, terminal });
    if (terminal === undefined) assertEquals(out, body);
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    else assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202E]/.test(out), JSON.stringify(out));
  }
});

Deno.test("api ends the answer's last line on a terminal alone", async () => {
  for (
    const [terminal, body, shown] of [[80, "sorry", "sorry\n"], [80, "a\n", "a\n"], [80, "", ""], [
      undefined,
      "a",
      "a",
    ]] as const
  ) {
    const emulator = createEmulator();
    emulator.faults.add({ operation: "listFileGroups", status: 200, body });
    assertEquals((await tried(words("api /file/group"), { emulator, terminal })).out, shown);
  }
});

Deno.test("api waits for standard input no longer than the user", async () => {
  const user = new AbortController();
  let isCancelled = false;
  const stdin = new ReadableStream<Uint8Array>({
    pull: () => user.abort(new DOMException("", "AbortError")),
    cancel: () => void (isCancelled = true),
  });
  const { code, operations } = await tried(words("api /ts --input -"), { stdin, signal: user.signal });
  assertEquals([code, operations, isCancelled], [130, [], true]);
});

/** Command lines that are refused, with the exit code; nothing is sent. */
const REFUSED: Readonly<Record<string, readonly [code: number, message: RegExp]>> = {
  "api": [2, /^Cannot use PATH: it is missing/],
  "api /auth/login": [2, /^Cannot fetch \/auth\/\*.*use xsignals login/],
  "api /x/../auth/refresh": [2, /^Cannot fetch \/auth\/\*/],
  "api https://evil.example/x?SECRET": [1, /^Cannot fetch from https:\/\/evil\.example: the session is for/],
  "api //evil.example/x": [1, /^Cannot fetch from https:\/\/evil\.example/],
  "api https://user:SECRET@api.xsignals.xpansiv.com/x": [2, /must not have credentials/],
  "api /x -X FETCH": [2, /^Cannot use -X: it must be one of GET/],
  "api /x -X GET --input -": [2, /^Cannot use -X GET with --input: /],
  "api /x -H Accept": [2, /^Cannot use -H: it must be NAME: VALUE/],
  "api /x -H 'A: b\nc'": [2, /^Cannot use -H: it must be NAME: VALUE/],
  "api /x -H 'authorization: Bearer SECRET'": [2, /^Cannot use -H: the login brings its own/],
  "api /x --input /nope/SECRET": [2, /^Cannot use --input: there is no such file/],
  "api /x --input /": [2, /^Cannot use --input: it cannot be read/],
  "api /x --csv": [2, /^Cannot use --csv: /],
  "api /x --json -i": [2, /^Cannot use --json with -i: /],
};

Deno.test("api refuses other origins, /auth/* and wrong flags before anything is sent (6.2)", async () => {
  const emulator = createEmulator();
  for (const [line, [exit, message]] of Object.entries(REFUSED)) {
    const { code, out, err, operations } = await tried(words(line), { emulator });
    const text = line.includes("--json") ? JSON.parse(err).error.message : err;
    assertEquals([code, out, operations], [exit, "", []], `${line}: ${err}`);
    assertMatch(text, message, line);
    assert(!err.includes("SECRET"), err);
  }
});

Deno.test("api tells why there is no answer, without the address, and ends with 75 if that may pass", async () => {
  const failing = (message: string) => ({
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      if (String(input).includes("/auth/")) return await createEmulator().fetch(input, init);
      throw new TypeError("fetch failed", {
        cause: new TypeError(`error sending request for url (${input}): client error (Connect): ${message}`),
      });
    },
  });
  const refused = await tried(words("api /x?SECRET"), failing("tcp connect error: Connection refused"));
  assertEquals(refused.code, 75);
  assertStringIncludes(refused.err, "Cannot call api.xsignals.xpansiv.com: nothing listens there");
  const tls = await tried(words("api /x?SECRET"), failing("invalid peer certificate: UnknownIssuer"));
  assertEquals([tls.code, (refused.err + tls.err).includes("SECRET")], [1, false]);

  const emulator = createEmulator();
  emulator.faults.add({ operation: "downloadFile", cutAfter: 3 });
  const cut = await tried(["api", `${NOTE}/download`], { emulator });
  assertEquals([cut.code, cut.out], [75, "Qui"]);
});
