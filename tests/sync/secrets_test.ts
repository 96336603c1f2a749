import { assert, assertEquals } from "@std/assert";
import { madeContent } from "@xsignals/emulator";
import { serveEmulator } from "@xsignals/emulator/serve";
import { leaksIn, PASSWORD } from "../system/secrets.ts";

/** Prints all that a program can print of its work, and ends with an error that nobody catches. */
const PROGRAM = `
  import { createData } from "@xsignals/data";
  import { saveFile, syncGroup } from "@xsignals/data/disk";
  import { createSession, login } from "@xsignals/session";
  const [baseUrl, folder] = Deno.args;
  const session = createSession({ strategy: login({ username: "login", password: Deno.env.get("PASSWORD") }), baseUrl });
  const data = createData(session, { retries: 1, random: () => 0, onEvent: (event) => console.log(event) });
  const result = await syncGroup(data, "Chaos", { folder, once: true });
  console.log(Deno.inspect([result, data, session], { depth: 20, showHidden: true }), JSON.stringify(result));
  for (const { error } of result.failed) console.error(error, error.stack);
  await saveFile(data, "f0", { folder: folder + "/other" });`;

Deno.test("a program that syncs prints and keeps no link, no token and no password (6.3, 20)", async () => {
  const secrets = new Set<string>();
  const files = [0, 1, 2, 3, 4].map((index) => ({
    fid: `f${index}`,
    fileName: "file.bin",
    groupName: "Chaos",
    content: madeContent(9_000_000), // so large that they come by link
  }));
  const { emulator, api, stop } = await serveEmulator({
    files,
    users: { login: PASSWORD },
    async onResponse(response, { operation }) {
      const link = response.headers.get("location");
      if (link) { for (const [name, value] of new URL(link).searchParams) secrets.add(name).add(value); }
      if (!operation?.startsWith("auth")) return;
      for (const token of Object.values(await response.clone().json())) {
        if (String(token).length > 20) secrets.add(`${token}`);
      }
    },
  });
  const folder = await Deno.makeTempDir({ prefix: "xsignals-secrets-" });
  try {
    for (
      const [path, how] of [["/f0", { expire: true }], ["/f1", { cutAfter: 99_999 }], ["/f2", { drop: true }]] as const
    ) {
      emulator.faults.add({ operation: "fetchLink", path, times: Infinity, ...how });
    }
    emulator.faults.add({
      operation: "getFile",
      path: "/file/f3",
      times: Infinity,
      respond: ({ headers }) => Response.json({ message: [...headers].join() }, { status: 400 }),
    });
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--quiet", "--ext=ts", "-", api, folder],
      cwd: new URL("./", import.meta.url),
      env: { PASSWORD },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await new Blob([PROGRAM]).stream().pipeTo(child.stdin);
    const { code, stdout, stderr } = await child.output();
    const texts = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    const kept = await Array.fromAsync(Deno.readDir(`${folder}/.xsignals`), ({ name }) => name);
    for (const name of kept.filter((name) => !name.endsWith(".part"))) {
      texts.push(name, await Deno.readTextFile(`${folder}/.xsignals/${name}`));
    }
    const [out = "", err = ""] = texts;
    for (const word of ["link_refused", "truncated", "http_error", "fetched"]) assert(out.includes(word), out + err);
    assert(code !== 0 && err.includes("Uncaught"), err);
    assertEquals(kept.sort(), ["f1.json", "f1.part", "seen"]);
    assert(secrets.size > 10, `${secrets.size} secrets`);
    assertEquals(leaksIn(texts.join("\n"), [...secrets].filter((secret) => secret.length >= 8)), []);
  } finally {
    await stop();
    await Deno.remove(folder, { recursive: true });
  }
});
