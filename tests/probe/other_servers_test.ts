import { assert, assertEquals } from "@std/assert";
import type { FetchLike } from "@xsignals/cli/run";
import { createEmulator } from "@xsignals/emulator";
import { fakeClock } from "@xsignals/session/testing";
import { openPlace } from "./probing.ts";

const PAGE = "<!doctype html><title>A shop</title>";
const HTML = { "content-type": "text/html", "date": "Fri, 01 Jan 2027 00:00:00 GMT" };

/** Servers that are not the API. */
const SERVERS: Readonly<Record<string, () => Response>> = {
  "a web site": () => new Response(PAGE, { headers: HTML }),
  "a web site without that page": () => new Response(PAGE, { status: 404, headers: HTML }),
  "a redirect to another host": () =>
    new Response(null, { status: 307, headers: { location: "https://www.shop.example/home?q=SECRET" } }),
  "an API without these paths": () => Response.json({ message: "no such path" }, { status: 404 }),
  "an API that says OK": () => Response.json({ ok: true }),
};

const LOGINS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a password": { XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "the-password" },
  "a token": { XSIGNALS_TOKEN: "the-token" },
  "basic": { XSIGNALS_AUTH: "basic", XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "the-password" },
};

for (const [what, answer] of Object.entries(SERVERS)) {
  for (const [kind, env] of Object.entries(LOGINS)) {
    Deno.test(`xsignals probe with ${kind} at ${what} ends with 1 and a word`, async () => {
      await using place = await openPlace(fakeClock());
      const asked: string[] = [];
      const fetch: FetchLike = (input) => {
        asked.push(new URL(input instanceof Request ? input.url : input).host);
        return Promise.resolve(answer());
      };
      const args = ["probe", "--yes", "--quiet", "--base-url", "https://api.example", "-o", place.path];
      const { code, stdout, stderr } = await place.run(args, fetch, env);
      assertEquals([code, new Set(asked)], [1, new Set(["api.example"])], stderr);
      assert(asked.length <= 3);
      const message = stderr.trimEnd().split("\n").at(-1)!;
      assert(/base URL|is not a token/.test(message), message);
      assertEquals([stdout, await place.text()], ["", ""]);
      assertEquals(/SECRET|the-(token|password)/.test(stderr), false, stderr);
    });
  }
}

Deno.test("xsignals probe sends nothing until somebody has said yes", async () => {
  const emulator = createEmulator();
  const clock = fakeClock();
  await using place = await openPlace(clock);
  const run = (args: string[], answer?: string) =>
    place.run(["probe", "-o", place.path, ...args], emulator.fetch, LOGIN, { answer });
  const LOGIN = { XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };

  const [mute, silent] = [await run([]), await run(["--no-input"], "y")];
  assertEquals([mute.code, silent.code, emulator.log.length, await place.text()], [2, 2, 0, ""]);
  assert(/add --yes|without --yes/.test(mute.stderr), mute.stderr);
  const declined = await run([], "n");
  assertEquals([declined.code, emulator.log.length], [1, 0]);
  assert(/at most 20 requests to api\.xsignals\.xpansiv\.com/.test(declined.stderr), declined.stderr);
  assertEquals((await run([], " Yes")).code, 0);
  assert(emulator.log.length > 10);
});

Deno.test("xsignals probe replaces what a probe wrote, and no other file", async () => {
  const emulator = createEmulator();
  await using place = await openPlace(fakeClock());
  const LOGIN = { XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };
  const run = () => place.run(["probe", "--yes", "-o", place.path], emulator.fetch, LOGIN);
  assertEquals([(await run()).code, (await run()).code], [0, 0]);
  const sent = emulator.log.length;
  await Deno.writeTextFile(place.path, '{"mine":1}');
  const { code, stderr } = await run();
  assertEquals([code, await place.text(), emulator.log.length], [1, '{"mine":1}', sent]);
  assert(/not the file of a probe/.test(stderr), stderr);
});
