import { assert, assertEquals, assertMatch } from "@std/assert";
import { type EmulatorOptions, madeContent } from "@xsignals/emulator";
import { type ServedEmulator, serveEmulator } from "@xsignals/emulator/serve";
import { commandOf, type Ended, ended, makePlace, type Place } from "./testing/example.ts";

const GROUP = "Market Notes";
const NOTE = "Quiet trading. Zażółć gęślą jaźń.\n";
const NOTE_PATH = "downloads/note_8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14.txt";

/** The script, and the servers that it speaks to. */
interface Stage extends AsyncDisposable, Omit<ServedEmulator, "stop"> {
  readonly place: Place;
  readonly variables: Readonly<Record<string, string>>;
  command(argument?: string): Promise<string>;
  run(argument?: string, variables?: Record<string, string>): Promise<Ended>;
  /** The files in the folder of downloads; `undefined` when there is no such folder. */
  saved(): string[] | undefined;
}

async function setStage(options: EmulatorOptions = {}): Promise<Stage> {
  const place = await makePlace();
  const { stop, ...served } = await serveEmulator(options);
  const variables = { XSIGNALS_BASE_URL: served.api, XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };
  async function command(argument = ""): Promise<string> {
    const written = await commandOf("script.ts", {
      "api.xsignals.xpansiv.com": new URL(served.api).host,
      "datalake-xpansivprod-ng.s3.amazonaws.com": new URL(served.files).host,
    });
    assert(written.endsWith(` '${GROUP}'`), written);
    return written.slice(0, -` '${GROUP}'`.length) + (argument && ` '${argument}'`);
  }
  return {
    ...served,
    place,
    variables,
    command,
    run: async (argument, others = {}) =>
      await ended(place.start(await command(argument), { ...variables, ...others })),
    saved() {
      try {
        const found = [...Deno.readDirSync(`${place.folder}/downloads`)];
        return found.filter(({ isFile }) => isFile).map(({ name }) => name).sort();
      } catch {
        return undefined;
      }
    },
    async [Symbol.asyncDispose]() {
      await place[Symbol.asyncDispose]();
      await stop();
    },
  };
}

function bytesOf({ size, chunk }: ReturnType<typeof madeContent>): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const piece = chunk(at).subarray(0, size - at);
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

Deno.test("script.ts lists the groups, all pages of them", async () => {
  const groups = Array.from({ length: 1001 }, (_, index) => ({ name: `Group ${index}` }));
  await using stage = await setStage({ groups });
  const { code, stdout, stderr } = await stage.run();
  assertEquals([code, stderr], [0, ""]);
  const names = stdout.trimEnd().split("\n");
  assertEquals(names.sort(), groups.map(({ name }) => name).sort());
});

Deno.test("script.ts saves the newest file of a group, and says nothing but where", async () => {
  await using stage = await setStage();
  const { emulator, place, run, saved } = stage;
  assertEquals(await run(GROUP), { code: 0, stdout: `${NOTE_PATH}\n`, stderr: "" });
  assertEquals(await Deno.readTextFile(`${place.folder}/${NOTE_PATH}`), NOTE);
  assertEquals(await run(GROUP), { code: 0, stdout: `${NOTE_PATH}\n`, stderr: "" });
  assertEquals(saved(), [NOTE_PATH.slice("downloads/".length)]);
  assertEquals([emulator.count("downloadFile"), emulator.count("authLogin")], [1, 1]);
});

Deno.test("script.ts takes content that is elsewhere without a credential, and shows no link to a host that is not allowed", async () => {
  await using stage = await setStage({
    assumptions: { fileList: "files", fileLink: 307, downloadBy: "redirect" },
  });
  const { emulator, place, run, saved } = stage;
  const location = "https://www.example.com/?signature=SECRET";
  emulator.faults.add({ operation: "downloadFile", status: 307, headers: { location } });
  const refused = await run(GROUP);
  assertEquals([refused.code, refused.stdout, saved() ?? []], [1, "", []]);
  assertMatch(refused.stderr, /^Cannot save the file .* may not connect to the file host \(unreachable\)\n$/);
  assertEquals(await run(GROUP), { code: 0, stdout: `${NOTE_PATH}\n`, stderr: "" });
  assertEquals(await Deno.readTextFile(`${place.folder}/${NOTE_PATH}`), NOTE);
  const [content] = emulator.log.filter(({ host }) => host === "files");
  assertEquals([content?.credential, content?.status], ["none", 200]);
});

Deno.test("script.ts lets no name from the server out of its folder", async () => {
  const file = { groupName: "A", fid: "../../id", fileName: "../../../\0\x1b[2J\nescaped", content: "x" };
  await using stage = await setStage({ files: [file] });
  const { run, saved, place } = stage;
  const { code, stdout, stderr } = await run("A");
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^downloads\/[^/\p{Cc}]+\n$/u);
  assertEquals(saved(), [stdout.slice("downloads/".length, -1)]);
  assertEquals([...Deno.readDirSync(place.folder)].map(({ name }) => name).sort(), [".deno", ".local", "downloads"]);
});

Deno.test("script.ts goes on with a download that was killed, and leaves nothing but the file", async () => {
  const content = madeContent(12_000_000);
  await using stage = await setStage({ files: [{ groupName: "A", fid: "a", fileName: "a.bin", content }] });
  const { emulator, place, variables, command, run, saved } = stage;
  const stalls = new Promise<void>((resolve) => {
    emulator.faults.add({ operation: "fetchLink", stallAfter: 5_000_000 });
    const part = `${place.folder}/downloads/.xsignals/a.part`;
    const isThere = () => Deno.stat(part).then(({ size }) => size === 5_000_000, () => false);
    const look = async () => await isThere() ? resolve() : setTimeout(look, 10);
    look();
  });
  const child = place.start(await command("A"), variables);
  await Promise.race([stalls, child.status]);
  child.kill("SIGKILL");
  await ended(child);
  assertEquals(saved(), []);
  assertEquals(await run("A"), { code: 0, stdout: "downloads/a_a.bin\n", stderr: "" });
  assertEquals(await Deno.readFile(`${place.folder}/downloads/a_a.bin`), bytesOf(content));
  const links = emulator.log.filter(({ host }) => host === "files");
  assertEquals(links.map(({ status }) => status), [200, 206]);
  assertEquals([...Deno.readDirSync(`${place.folder}/downloads`)].length, 1);
});

Deno.test("script.ts ends with 1 and one short line that says why, without a secret", async () => {
  await using stage = await setStage({ groups: [{ name: "Empty" }, { name: GROUP }] });
  const list = "; run the script without a name to list the groups";
  const cases: [argument: string, variables: Record<string, string>, RegExp][] = [
    [GROUP, { XSIGNALS_PASSWORD: "wrong-password" }, /\(credentials_rejected\)$/],
    [GROUP, { XSIGNALS_PASSWORD: "" }, /XSIGNALS_PASSWORD is not set$/],
    [GROUP, { XSIGNALS_BASE_URL: "http://127.0.0.1:2" }, /--allow-net=127\.0\.0\.1:2.* \(not_permitted\)$/],
    ["Nope", {}, new RegExp(`^Cannot get the newest file of Nope: there is no such group .*${list} \\(not_found\\)$`)],
    ["Market*", {}, /^Cannot get the newest file of Market\*: .* \(name_not_searchable\)$/],
    ["Empty", {}, /^Cannot save the newest file of Empty: the group is empty$/],
  ];
  for (const [argument, variables, why] of cases) { // in turn: they share the file with the login
    const { code, stdout, stderr } = await stage.run(argument, variables);
    assertMatch(stderr.trimEnd(), why);
    assertEquals([code, stdout, stderr.split("\n").length], [1, "", 2], stderr);
    assert(!/wrong-password|eyJ|Basic/.test(stderr), stderr);
  }
  assertEquals(stage.saved(), undefined);
});

Deno.test("script.ts ends when the API stalls, whatever it is asked (found 185)", async () => {
  await using stage = await setStage();
  const { emulator, place, variables, command, run, saved } = stage;
  assertEquals((await run()).code, 0); // logs in while time has its usual speed
  const fast = new URL("testing/fast_time.ts", import.meta.url).pathname;
  for (const operation of ["searchFiles", "downloadFile"] as const) {
    emulator.faults.add({ operation, delay: 3_600_000, times: Infinity });
    const fastCommand = (await command(GROUP)).replace("deno run ", `deno run --preload=${fast} `);
    const { code, stdout, stderr } = await ended(place.start(fastCommand, variables));
    assertEquals([code, stdout, saved() ?? []], [1, "", []]);
    assertMatch(stderr, /^Cannot .*: no answer came within 20 s .*\(3 tries\) \(unreachable\)\n$/);
    emulator.faults.clear();
  }
});

Deno.test("script.ts refuses a second word, names the group, and says how to list them (found 186)", async () => {
  await using stage = await setStage();
  const { emulator, place, variables, command } = stage;
  const { code, stdout, stderr } = await ended(place.start(`${await command()} Market Notes`, variables));
  assertEquals([code, stdout, emulator.log], [1, "", []]);
  assertEquals(
    stderr,
    "Cannot save the newest file of Market: give one name, in quotes, such as 'Market Notes'; " +
      "run the script without a name to list the groups\n",
  );
});

/** Runs a command on a terminal; the text that came so far, and a way to type. */
function onTerminal({ place, variables }: Stage, command: string): {
  readonly child: Deno.ChildProcess;
  readonly text: ReadableStream<string>;
  type(text: string): Promise<void>;
} {
  const quoted = `'${command.replaceAll("'", `'\\''`)}'`;
  const child = place.start(`exec script --quiet --return --flush --command ${quoted} /dev/null`, variables);
  return {
    child,
    text: child.stdout.pipeThrough(new TextDecoderStream()),
    async type(text) {
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(text));
      writer.releaseLock();
    },
  };
}

Deno.test("script.ts shows on a terminal how much has come", async () => {
  const content = madeContent(2_500_000);
  await using stage = await setStage({ files: [{ groupName: "A", fid: "a", fileName: "a", content }] });
  stage.emulator.faults.add({ operation: "downloadFile", rate: 4_000_000 });
  const { child, text } = onTerminal(stage, await stage.command("A"));
  const shown = (await Array.fromAsync(text)).join("");
  await child.stdin.close();
  await child.stderr.cancel();
  assertEquals((await child.status).code, 0);
  // deno-lint-ignore no-control-regex
  assertMatch(shown, /^(\r\x1b\[K\d\.\d MB of 2\.5 MB)+\r\x1b\[Kdownloads\/a_a\r\n$/);
});

Deno.test("script.ts says on a terminal until when it waits, at the login and later (found 124)", async () => {
  await using stage = await setStage();
  for (const operation of ["authLogin", "searchFiles"] as const) {
    stage.emulator.faults.add({ operation, status: 503, headers: { "retry-after": "1" } });
  }
  const { child, text } = onTerminal(stage, await stage.command(GROUP));
  const shown = (await Array.fromAsync(text)).join("");
  await child.stdin.close();
  await child.stderr.cancel();
  assertEquals((await child.status).code, 0);
  assertMatch(shown, /^(.*waiting until 20\d\d-\d\d-\d\dT[\d:.]+Z){2}.*note_.*\.txt\r\n$/s);
});

Deno.test("script.ts ends at Ctrl-C, and keeps what has come for the next run", async () => {
  const content = madeContent(12_000_000);
  await using stage = await setStage({ files: [{ groupName: "A", fid: "a", fileName: "a.bin", content }] });
  stage.emulator.faults.add({ operation: "fetchLink", stallAfter: 5_000_000 });
  const { child, text, type } = onTerminal(stage, await stage.command("A"));
  let shown = "";
  for await (const part of text) {
    if (!shown.includes("5.0 MB") && (shown + part).includes("5.0 MB")) await type("\x03");
    shown += part;
  }
  await child.stdin.close();
  await child.stderr.cancel();
  assertEquals((await child.status).code, 130);
  assertMatch(shown, /Interrupted\r\n$/);
  assertEquals(stage.saved(), []);
  assertEquals((await Deno.stat(`${stage.place.folder}/downloads/.xsignals/a.part`)).size, 5_000_000);
});
