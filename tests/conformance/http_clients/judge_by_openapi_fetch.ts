import { assertEquals, assertMatch } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";
import { createSession, login } from "@xsignals/session";
import { pathToFileURL } from "node:url";
import { type Check, judge } from "../judge.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;

/** What the program is given. */
interface Given {
  readonly check: Check;
  readonly baseUrl: string;
  readonly fetch: (request: Request) => Promise<Response>;
  /** Takes back the session's access token. */
  takeBack(): void;
  /** How many requests the emulator has received. */
  received(): number;
}

/** openapi-fetch over a session, with the types that openapi-typescript makes of the spec. */
judge("openapi-fetch", async (check, atEnd) => {
  const spec = await Deno.readTextFile(`${ROOT}spec/xsignals.yaml`);
  const folder = await Deno.makeTempDir({ prefix: "typed-" });
  atEnd(() => Deno.remove(folder, { recursive: true }));
  const program = `${folder}/calls.ts`;
  await Deno.copyFile(new URL("typed_calls.ts.txt", import.meta.url), program);

  /** Makes types of a spec beside the program, and resolves with what the compiler has against it. */
  async function compile(spec: string): Promise<string> {
    await Deno.writeTextFile(`${folder}/spec.yaml`, spec);
    // As a command: its types bring in Node's own, which are not Deno's.
    const made = await deno(folder, "run", "-A", "openapi-typescript", "spec.yaml", "--output", "paths.ts");
    if (made !== "") throw new Error(`Cannot make types of the spec: ${made}`);
    return await deno(folder, "check", "--quiet", "calls.ts");
  }
  await check("the compiler sees a member that has another name", async () => {
    assertMatch(await compile(spec.replaceAll("totalSize", "total")), /'totalSize' does not exist/);
  });
  await check("the program fits the spec's types, and those refuse what they should", async () => {
    assertEquals(await compile(spec), "");
  });

  const { emulator, api, stop } = await serveEmulator({ users: { login: "password", other: "password" } });
  atEnd(stop);
  const session = createSession({ baseUrl: api, strategy: login({ username: "login", password: "password" }) });
  await session.token();
  const { typedCalls }: { typedCalls(given: Given): Promise<void> } = await import(pathToFileURL(program).href);
  await typedCalls({
    check,
    baseUrl: session.baseUrl,
    fetch: session.fetch,
    takeBack: () => emulator.revokeAccessTokens("login"),
    received: () => emulator.log.length,
  });
});

/** Runs a command of Deno's in a folder, with the project's packages; resolves with what it says when it fails. */
async function deno(cwd: string, subcommand: string, ...more: string[]): Promise<string> {
  const args = [subcommand, "--config", `${ROOT}deno.json`, ...more];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd, env: { NO_COLOR: "1" } }).output();
  return success ? "" : new TextDecoder().decode(stderr) || "it failed";
}
