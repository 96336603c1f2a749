/** Beside the tests of the stores, which may read and write files. */
import { assertEquals, assertRejects } from "@std/assert";
import { optionsFromEnv } from "../env.ts";
import { SessionError } from "../errors.ts";
import { createSession } from "../session.ts";

Deno.test("optionsFromEnv() reads the assertion's file anew for each token, and names it when it cannot", async () => {
  const file = await Deno.makeTempFile();
  const sent: string[] = [];
  const ask = async (path = file) => {
    const vars = {
      XSIGNALS_AUTH: "assertion",
      XSIGNALS_TOKEN_URL: "https://gateway.example/token",
      XSIGNALS_ASSERTION_FILE: path,
    };
    const session = createSession({
      ...optionsFromEnv(new Map(Object.entries(vars))),
      async fetch(input, init) {
        sent.push(new URLSearchParams(await new Request(input, init).text()).get("assertion")!);
        return Response.json({ access_token: "t", token_type: "Bearer", expires_in: 60 });
      },
    });
    return await session.token();
  };
  for (const text of ["e.y.1", "e.y.2\n", `e.y.${"3".repeat(16_380)}`]) {
    await Deno.writeTextFile(file, text);
    await ask();
  }
  assertEquals(sent, ["e.y.1", "e.y.2", `e.y.${"3".repeat(16_380)}`]);
  await Deno.writeTextFile(file, `e.y.${"4".repeat(16_381)}`);
  const why = (path: string) => assertRejects(() => ask(path), SessionError);
  assertEquals(
    (await why(file)).message,
    `Cannot read the assertion in ${file}: it has over 16 KiB (from XSIGNALS_ASSERTION_FILE)`,
  );
  await Deno.remove(file);
  assertEquals(
    (await why(file)).message,
    `Cannot read the assertion in ${file}: Error ENOENT (from XSIGNALS_ASSERTION_FILE)`,
  );
  assertEquals(sent.length, 3);
});
