// `--help` of every command, and that its examples work.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { BASE_URL, openStage, ORDERS, type Stage } from "./stage_test.ts";

/** The words of a command line, with its input in place of a redirect; a part in quotes is one word. */
function wordsOf(line: string): string[] {
  return [...line.replace(/ < .*/, "").matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

/** What is in the file that an example sends. */
const QUERY = JSON.stringify({ groupName: ORDERS, startDate: null, endDate: null, formatType: "NCSV" });

async function commandsOf({ run }: Stage): Promise<string[]> {
  const { stdout } = await run(["--help"]);
  return [...stdout.slice(stdout.indexOf("Commands:")).matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name!);
}

Deno.test("--help names every command in one line each, and the flags of all", async () => {
  await using stage = await openStage();
  const { code, stdout, stderr } = await stage.run(["--help"]);
  assertEquals([code, stderr], [0, ""]);
  for (const flag of ["base-url", "profile", "timeout", "no-input", "json", "csv", "table", "quiet", "version"]) {
    assertMatch(stdout, new RegExp(`^  --${flag} `, "m"));
  }
  const nothing = await stage.run([]);
  assertEquals([nothing.code, nothing.stdout], [2, stdout]);
  assertMatch((await stage.run(["--version"])).stdout, /^\d+\.\d+\.\d+\n$/);
  assertEquals(await commandsOf(stage), [
    "login",
    "logout",
    "status",
    "token",
    "groups",
    "files",
    "newest",
    "download",
    "sync",
    "series",
    "deltas",
    "symbols",
    "api",
    "doctor",
    "probe",
  ]);
});

Deno.test("--help of each command fits 100 columns, and its two examples work", async (test) => {
  await using first = await openStage();
  for (const name of await commandsOf(first)) {
    await test.step(name, async () => {
      await using stage = await openStage({ users: { "someone@example.com": "password" } });
      const before = Deno.cwd();
      const { code, stdout } = await stage.run([name, "--help"]);
      assertEquals(code, 0);
      const [help = "", tail = ""] = stdout.split("\nExamples:\n");
      assert(help.split("\n").every((line) => line.length <= 100), stdout);
      const examples = tail.trimEnd().split("\n").map((line) => line.trim());
      assertEquals(examples.length, 2);
      await Deno.writeTextFile(`${stage.folder}/query.json`, QUERY);
      for (const example of examples) {
        const [program, ...args] = wordsOf(example);
        assertEquals([program, args[0]], ["xsignals", name]);
        const env = { XSIGNALS_BASE_URL: BASE_URL, XSIGNALS_USERNAME: "someone@example.com" };
        const more: Record<string, string> = name === "login" ? {} : { XSIGNALS_PASSWORD: "password" };
        Deno.chdir(stage.folder); // examples name no folder of a test's
        const outcome = await stage.run(args, {
          env: { ...env, ...more },
          input: "password\n",
          answers: [name === "probe" ? "y" : "password"],
        }).finally(() => Deno.chdir(before));
        assertEquals(outcome.code, 0, `${example}: ${outcome.stderr}`);
      }
    });
  }
});
