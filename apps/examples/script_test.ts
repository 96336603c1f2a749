import { assert, assertEquals, assertMatch } from "@std/assert";
import type { EmulatorOptions, Fault } from "@xsignals/emulator";
import { type ServedEmulator, serveEmulator } from "@xsignals/emulator/serve";
import { commandOf, type Ended, ended, makePlace, type Place } from "./testing/example.ts";

const GROUP = "Market Notes";
const NOTE = "Quiet trading. Zażółć gęślą jaźń.\n";
const NOTE_PATH = "downloads/8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14-note.txt";

/** The script, and the servers that it speaks to. */
interface Stage extends AsyncDisposable, Omit<ServedEmulator, "stop"> {
  readonly place: Place;
  readonly variables: Readonly<Record<string, string>>;
  command(argument?: string): Promise<string>;
  run(argument?: string, variables?: Record<string, string>): Promise<Ended>;
  /** What is in the folder of downloads; `undefined` when there is none. */
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
        return [...Deno.readDirSync(`${place.folder}/downloads`)].map(({ name }) => name).sort();
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

/** Answers every download by this. */
function downloads(respond: NonNullable<Fault["respond"]>): Fault {
  return { operation: "downloadFile", respond, times: Infinity };
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
  assertEquals(saved(), [NOTE_PATH.slice("downloads/".length)]);

  await Deno.writeTextFile(`${place.folder}/${NOTE_PATH}`, "with remarks of my own");
  assertEquals(await run(GROUP), { code: 0, stdout: `${NOTE_PATH}\n`, stderr: "" });
  assertEquals(await Deno.readTextFile(`${place.folder}/${NOTE_PATH}`), "with remarks of my own");
  assertEquals([emulator.count("downloadFile"), emulator.count("authLogin")], [1, 1]);
});

Deno.test("script.ts takes the file list under its other name, and content that is elsewhere, without a credential", async () => {
  await using stage = await setStage({ assumptions: { fileList: "files", fileLink: 307 } });
  const { emulator, api, place, run } = stage;
  emulator.faults.add(downloads(async ({ headers, url }) => {
    const file = `${api}${new URL(url).pathname.replace("/download", "")}`;
    return await fetch(file, { headers: { authorization: headers.get("authorization")! }, redirect: "manual" });
  }));
  assertEquals(await run(GROUP), { code: 0, stdout: `${NOTE_PATH}\n`, stderr: "" });
  assertEquals(await Deno.readTextFile(`${place.folder}/${NOTE_PATH}`), NOTE);
  const [content] = emulator.log.filter(({ host }) => host === "files");
  assertEquals([content?.credential, content?.status], ["none", 200]);
});

Deno.test("script.ts goes to no host that is not allowed, and shows no link", async () => {
  await using stage = await setStage();
  const { emulator, run, saved } = stage;
  const links = ["https://www.xpansiv.com/home?signature=SECRET", "http://127.0.0.1:2/?signature=SECRET"];
  for (const link of links) {
    emulator.faults.add({
      ...downloads(() => new Response(null, { status: 307, headers: { location: link } })),
      times: 1,
    });
  }
  const { code, stderr } = await run(GROUP);
  assertEquals(code, 1);
  assertMatch(stderr, /^Requires net access to "www.xpansiv.com:443".*\n$/);
  const second = await run(GROUP);
  assertEquals(second.code, 1);
  assertMatch(second.stderr, /^Requires net access to "127.0.0.1:2".*\n$/);
  assertEquals(saved(), undefined);
});

Deno.test("script.ts lets no name from the server out of its folder", async () => {
  const content = "x";
  const hostile = [
    { groupName: "A", fid: "../../id", fileName: "../../../escaped", content },
    { groupName: "B", fid: "id", fileName: "/etc/\0\x1b[2J\\..\\nul:", content },
    { groupName: "C", fid: "id2", fileName: "字".repeat(300) + ".csv", content },
  ];
  await using stage = await setStage({ files: hostile });
  const { emulator, run, saved, place } = stage;
  emulator.faults.add(downloads(() => new Response(content)));
  const ends = await Promise.all(hostile.map(({ groupName }) => run(groupName)));
  assertEquals(ends.map(({ code, stderr }) => [code, stderr]), [[0, ""], [0, ""], [0, ""]]);
  assertEquals(saved(), [
    ".._.._id-.._.._.._escaped",
    "id-_etc____2J_.._nul_",
    `id2-${"字".repeat(46)}.csv`,
  ]);
  assertEquals([...Deno.readDirSync(place.folder)].map(({ name }) => name).sort(), [".deno", ".xsignals", "downloads"]);
});

Deno.test("script.ts leaves nothing of a download that breaks, or brings less than there is", async () => {
  await using stage = await setStage();
  const { emulator, run, saved } = stage;
  const broken = (headers: Record<string, string>) => () => {
    let isFirst = true;
    const body = new ReadableStream({
      pull(controller) {
        if (!isFirst) return controller.error(new Error("cut"));
        isFirst = false;
        controller.enqueue(new TextEncoder().encode("Quiet"));
      },
    });
    return new Response(body, { headers });
  };
  const answers = [
    broken({ "content-length": "36" }),
    broken({}), // no length is told
    () => new Response("Quiet"),
    () => new Response(null, { status: 410 }),
  ];
  const ends: Ended[] = [];
  for (const answer of answers) {
    emulator.faults.add({ ...downloads(answer), times: 1 });
    ends.push(await run(GROUP));
    assertEquals(saved() ?? [], []);
  }
  assertEquals(ends.map(({ code, stdout }) => [code, stdout]), answers.map(() => [1, ""]));
  for (const { stderr } of ends) assertMatch(stderr, /^[^\n]+\n$/);
  assertMatch(ends[2]!.stderr, /only 5 of \d+ bytes came/);
  assertMatch(ends[3]!.stderr, /answered 410/);
});

Deno.test("script.ts ends with 1 and one short line that says why, without a secret", async () => {
  await using stage = await setStage();
  const cases: [argument: string, variables: Record<string, string>, RegExp][] = [
    [GROUP, { XSIGNALS_PASSWORD: "wrong-password" }, /\(credentials_rejected\)$/],
    [GROUP, { XSIGNALS_PASSWORD: "" }, /XSIGNALS_PASSWORD is not set$/],
    [GROUP, { XSIGNALS_BASE_URL: "http://127.0.0.1:2" }, /\(NotCapable\) \(unreachable\)$/],
    ["Nothing of the sort", {}, /^Cannot save the newest file: the group has none, or is not there$/],
    ["Market*", {}, /^Cannot save the newest file: the group has none, or is not there$/],
  ];
  for (const [argument, variables, why] of cases) { // in turn: they share the file with the login
    const { code, stdout, stderr } = await stage.run(argument, variables);
    assertMatch(stderr.trimEnd(), why);
    assertEquals([code, stdout, stderr.split("\n").length], [1, "", 2], stderr);
    assert(!/wrong-password|eyJ|Basic/.test(stderr), stderr);
  }
  assertEquals(stage.saved(), undefined);
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
  await using stage = await setStage({
    files: [{ groupName: "A", fid: "a", fileName: "a", content: new Uint8Array(2_500_000) }],
  });
  const { child, text } = onTerminal(stage, await stage.command("A"));
  let shown = "";
  for await (const part of text) shown += part;
  await child.stdin.close();
  await child.stderr.cancel();
  assertEquals((await child.status).code, 0);
  assertMatch(shown, /^(\r\d\.\d MB of 2\.5 MB)+\r2\.5 MB of 2\.5 MB\r\ndownloads\/a-a\r\n$/);
});

Deno.test("script.ts ends at Ctrl-C, and leaves nothing of the file", async () => {
  await using stage = await setStage();
  stage.emulator.faults.add(downloads(() =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode("Quiet")),
      }),
    )
  ));
  const { child, text, type } = onTerminal(stage, await stage.command(GROUP));
  let shown = "";
  for await (const part of text) {
    if (!shown.includes("MB") && (shown + part).includes("MB")) {
      assertEquals(stage.saved()?.map((name) => name.endsWith(".part")), [true]);
      await type("\x03");
    }
    shown += part;
  }
  await child.stdin.close();
  await child.stderr.cancel();
  assertEquals((await child.status).code, 130);
  assertMatch(shown, /Interrupted\r\n$/);
  assertEquals(stage.saved(), []);
});
