import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createData } from "@xsignals/data";
import { syncGroup } from "@xsignals/data/disk";
import { serveEmulator } from "@xsignals/emulator/serve";
import { createSession, login } from "@xsignals/session";
import { needing } from "@xsignals/tests/has_program";
import { dataError } from "../stage_test.ts";
import { diskError } from "./disk_failure.ts";
import { bytesOf, filesOf, GROUP, inFolder, pathsIn, until } from "./disk_stage_test.ts";

const KIBI = 1024;

/** Starts a program that says what its work came to: a path, what a sync did, or the code of an error. */
function startProgram(api: string, work: string, command: readonly string[] = [Deno.execPath(), "run", "-A"]) {
  const [program = "", ...args] = [...command, "--no-check", "--no-prompt", "--quiet", "-"];
  const child = new Deno.Command(program, {
    args,
    cwd: new URL("../", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const code = `
    import { createData } from "@xsignals/data";
    import { saveFile, syncGroup } from "@xsignals/data/disk";
    import { createSession, login } from "@xsignals/session";
    const session = createSession({ strategy: login({ username: "login", password: "password" }), baseUrl: "${api}" });
    const data = createData(session, { retries: 0 });
    const say = (value) => console.log(JSON.stringify(value));
    await (async () => { ${work} })().then(say, (error) => say([error.code, error.message]));`;
  const written = new Blob([code]).stream().pipeTo(child.stdin);
  return {
    kill: () => child.kill("SIGKILL"),
    async said(): Promise<string> {
      await written;
      const { stdout, stderr } = await child.output();
      return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    },
  };
}

async function withServer(
  sizes: readonly number[],
  work: (api: string, folder: string) => Promise<void>,
): Promise<void> {
  const { api, stop } = await serveEmulator({ files: filesOf(...sizes) });
  await inFolder((folder) => work(api, folder)).finally(stop);
}

Deno.test("saveFile() lets two processes save the same file at once", async () => {
  const size = 12 * KIBI * KIBI;
  await withServer([size], async (api, folder) => {
    const work = `return await saveFile(data, "f0", { folder: ${JSON.stringify(folder)} });`;
    const said = await Promise.all([1, 2].map(() => startProgram(api, work).said()));
    assertEquals(said, Array(2).fill(`"${folder}/prices_f0.csv"\n`));
    assertEquals(await Deno.readFile(`${folder}/prices_f0.csv`), bytesOf(size));
    assertEquals(await pathsIn(folder), ["prices_f0.csv"]);
  });
});

Deno.test("syncGroup() is busy while another process syncs the folder, and free when that was killed", async () => {
  const { api, emulator, stop } = await serveEmulator({ files: filesOf(100, 200) });
  await inFolder(async (folder) => {
    emulator.faults.add({ operation: "downloadFile", stallAfter: 50, times: 2 });
    const program = startProgram(
      api,
      `return await syncGroup(data, "${GROUP}", { folder: ${JSON.stringify(folder)} });`,
    );
    const sizeOf = async (fid: string) =>
      (await Deno.stat(`${folder}/.xsignals/${fid}.part`).catch(() => undefined))?.size;
    await until(async () => await sizeOf("f0") === 50 && await sizeOf("f1") === 50);
    const data = createData(
      createSession({ strategy: login({ username: "login", password: "password" }), baseUrl: api }),
    );
    assertEquals((await dataError(() => syncGroup(data, GROUP, { folder }))).code, "busy");
    program.kill();
    assertEquals(await program.said(), "");
    const { fetched, failed } = await syncGroup(data, GROUP, { folder });
    assertEquals([fetched.length, failed.length, emulator.count({ status: 206 })], [2, 0, 2]);
    assertEquals(await pathsIn(folder), ["prices_f0.csv", "prices_f1.csv"]);
  }).finally(stop);
});

const small = needing(
  ["unshare", "mount"],
  "saveFile() and syncGroup() say that the disk is full, and keep what can be gone on with",
);

/** Whether this machine lets a program have a disk of its own; some containers do not. */
async function mayMount(): Promise<boolean> {
  const args = ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/tmp"];
  const { success } = await new Deno.Command("unshare", { args, stdout: "null", stderr: "null" }).output();
  return success;
}

Deno.test({
  ...small,
  ignore: small.ignore || !(await mayMount()),
  async fn() {
    const sizes = [100 * KIBI, 3_000 * KIBI, 100 * KIBI];
    await withServer(sizes, async (api, folder) => {
      const command = ["unshare", "-rm", "sh", "-c", `mount -t tmpfs -o size=1m tmpfs '${folder}' && "$@"`, "sh"];
      const at = JSON.stringify(folder);
      const said = await startProgram(
        api,
        `const codes = [];
         const parts = () => [...Deno.readDirSync(${at} + "/.xsignals")].map(({ name }) => name).sort();
         await saveFile(data, "f1", { folder: ${at} }).catch((error) => codes.push(error.code, error.message));
         codes.push(parts());
         await syncGroup(data, "${GROUP}", { folder: ${at} }).catch((error) => codes.push(error.code));
         codes.push(parts());
         return codes;`,
        [...command, Deno.execPath(), "run", "-A"],
      ).said();
      const [code, message, left, again] = JSON.parse(said);
      assertEquals([code, left, again], ["disk_full", ["f1.json", "f1.part"], "disk_full"]);
      assertStringIncludes(message, "free some space");
    });
  },
});

Deno.test("saveFile() names the flags that a program lacks", async () => {
  await withServer([10], async (api, folder) => {
    const command = [Deno.execPath(), "run", "--allow-net"];
    const said = await startProgram(api, `return await saveFile(data, "f0", { folder: "${folder}" });`, command).said();
    assert(said.startsWith('["unsafe_target"'), said);
    assertStringIncludes(said, "run it with --allow-read and --allow-write for that folder");
  });
});

Deno.test("diskError() tells a full disk and a folder that cannot be written to, with the place", () => {
  const of = (code: string, name = "Error") => {
    const error = Object.assign(new Error("secret"), { code, name });
    const { code: found, message } = diskError({ what: "save the file f0", fid: "f0" }, "/a/b", error);
    return [found, message];
  };
  const full = "Cannot save the file f0: /a/b does not fit on the disk; free some space, and run it again";
  assertEquals([of("ENOSPC"), of("EDQUOT")], [["disk_full", full], ["disk_full", full]]);
  for (const [code, name] of [["EROFS"], ["EACCES", "PermissionDenied"], ["EIO"], ["ENAMETOOLONG"]] as const) {
    const [found, message = ""] = of(code, name);
    assertEquals([found, message.startsWith("Cannot save the file f0: /a/b cannot be "), message.includes("secret")], [
      "unsafe_target",
      true,
      false,
    ]);
  }
});
