import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SessionError } from "../errors.ts";
import { storeContract } from "../testing/store_contract.ts";
import { fileStore } from "./file.ts";
import { encodeFile } from "./file_form.ts";

const DATA = new TextEncoder().encode('{"v":1,"identity":"x"}');

/** A folder of its own, and the path of a file in it. */
async function folder(): Promise<{ path: string; directory: string } & AsyncDisposable> {
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "xsignals-" }));
  return {
    directory,
    path: `${directory}/session`,
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

async function refusal(path: string): Promise<string> {
  const error = await assertRejects(() => fileStore({ path }).read(), SessionError);
  assertEquals(error.code, "store_failed");
  return error.message;
}

const cases = storeContract(async () => {
  const place = await folder();
  const open = () => fileStore({ path: place.path });
  return { store: open(), second: open(), close: async () => await place[Symbol.asyncDispose]() };
}, { exclusive: true });
for (const { name, run } of cases) Deno.test(`fileStore() ${name}`, run);

Deno.test("fileStore() makes folder and file for the owner alone, whatever the umask, and leaves nothing beside them", async () => {
  await using place = await folder();
  const before = Deno.umask(0);
  try {
    const path = `${place.directory}/deep/er/session`;
    const store = fileStore({ path });
    const version = await store.write(DATA, null);
    assert(version !== false && await store.write(DATA, version) !== false);
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    assertEquals((await Deno.stat(`${place.directory}/deep/er`)).mode! & 0o777, 0o700);
    const names = Array.from(Deno.readDirSync(`${place.directory}/deep/er`), ({ name }) => name).sort();
    assertEquals(names, ["session", "session.swap"]);
  } finally {
    Deno.umask(before);
  }
});

Deno.test("fileStore() lets its owner read the file whatever the umask takes away", async () => {
  await using place = await folder();
  await Deno.writeFile(`${place.path}.swap`, new Uint8Array(), { mode: 0o600 });
  const before = Deno.umask(0o777);
  try {
    await fileStore({ path: place.path }).write(DATA, null);
  } finally {
    Deno.umask(before);
  }
  assertEquals((await Deno.stat(place.path)).mode! & 0o777, 0o600);
});

Deno.test("fileStore() takes two paths to one place for one", async () => {
  await using place = await folder();
  await Deno.symlink(place.directory, `${place.directory}-link`);
  try {
    const { path, directory } = place;
    const version = await fileStore({ path }).write(DATA, null);
    const others = [`${directory}-link/session`, `${directory}/../${directory.split("/").at(-1)}/./session`];
    for (const other of others) assertEquals((await fileStore({ path: other }).read())?.version, version);
    let inside = 0;
    await Promise.all([path, ...others].map((one) =>
      fileStore({ path: one }).exclusive!(async () => {
        assertEquals(++inside, 1);
        await fileStore({ path }).read();
        inside--;
      })
    ));
  } finally {
    await Deno.remove(`${place.directory}-link`);
  }
});

Deno.test("fileStore() moves a damaged file aside, once, says where, and goes on (public bug 17)", async () => {
  const whole = await encodeFile("a-version", DATA);
  const flipped = whole.slice();
  flipped[whole.length - 3]! ^= 1;
  for (const damaged of [new Uint8Array(), whole.slice(0, 5), whole.slice(0, 40), whole.slice(0, -1), flipped]) {
    await using place = await folder();
    const { path } = place;
    await Deno.writeFile(path, damaged, { mode: 0o600 });
    assertEquals(
      await refusal(path),
      `Cannot use the session's file ${path}: it was damaged, and is kept at ${path}.damaged now`,
    );
    assertEquals([await Deno.readFile(`${path}.damaged`), (await Deno.stat(`${path}.damaged`)).mode! & 0o777], [
      damaged,
      0o600,
    ]);
    assertEquals(await fileStore({ path }).read(), null);
    await Deno.writeFile(path, damaged.slice(0, 3), { mode: 0o600 });
    for (let again = 0; again < 2; again++) {
      assertEquals(
        await refusal(path),
        `Cannot use the session's file ${path}: it is damaged, and an earlier one is kept at ${path}.damaged; remove both`,
      );
    }
    assertEquals(await Deno.readFile(`${path}.damaged`), damaged);
  }
});

Deno.test("fileStore() moves a damaged file aside for one of many who read it, and the others go on", async () => {
  await using place = await folder();
  const { path } = place;
  await Deno.writeFile(path, new Uint8Array(300), { mode: 0o600 }); // what a crash of the machine may leave
  const stores = Array.from({ length: 8 }, () => fileStore({ path }));
  const said = await Promise.all(
    stores.map((store, n) =>
      (n % 2 ? store.read() : store.write(DATA, "old")).then(() => "", ({ message }) => message)
    ),
  );
  assertEquals(said.filter((message) => message !== ""), [
    `Cannot use the session's file ${path}: it was damaged, and is kept at ${path}.damaged now`,
  ]);
  assertEquals(await Deno.readFile(`${path}.damaged`), new Uint8Array(300));
  assert(await stores[0]!.write(DATA, null));
});

Deno.test("fileStore() takes no part of a file for the whole, wherever it is cut (public bug 17)", async () => {
  await using place = await folder();
  const { path } = place;
  const whole = await encodeFile("a-version", DATA);
  for (let length = 0; length < whole.length; length++) {
    await Deno.writeFile(path, whole.slice(0, length), { mode: 0o600 });
    await refusal(path);
    await Deno.remove(`${path}.damaged`);
  }
  await Deno.writeFile(path, whole, { mode: 0o600 });
  assertEquals(await fileStore({ path }).read(), { data: DATA, version: "a-version" });
});

Deno.test("fileStore() refuses what is not its own, says why, and leaves it as it is", async () => {
  const whole = await encodeFile("a-version", DATA);
  const text = (content: string) => (path: string) => Deno.writeTextFile(path, content, { mode: 0o600 });
  const cases: [make: (path: string) => Promise<unknown>, why: string][] = [
    [text('{"access_token":"SECRET'), "it is not a session's file; remove it, or give another path"],
    [text("#!/bin/sh\n"), "it is not a session's file; remove it, or give another path"],
    [text("xsignals-session 2 anything"), "a newer version of this package wrote it"],
    [(path) => Deno.mkdir(path), "it is not a file"],
    [async (path) => {
      await Deno.writeFile(`${path}.target`, whole, { mode: 0o600 });
      await Deno.symlink(`${path}.target`, path);
    }, "it is a symbolic link; give the path that it leads to"],
    [(path) => Deno.symlink(`${path}.nowhere`, path), "it is a symbolic link; give the path that it leads to"],
    [async (path) => {
      await Deno.writeFile(`${path}.target`, whole, { mode: 0o600 });
      await Deno.link(`${path}.target`, path);
    }, "it has a second name, a hard link"],
    [async (path) => {
      await Deno.writeFile(path, whole);
      await Deno.chmod(path, 0o644);
    }, "others may open it (mode 644); chmod 600 it, or remove it"],
    [text(`xsignals-session 1 ${"x".repeat(1_048_576)}`), "it has more than 1048576 bytes"],
  ];
  for (const [make, why] of cases) {
    await using place = await folder();
    const { path } = place;
    await make(path);
    const before = Deno.inspect(await Deno.lstat(path));
    assertEquals(await refusal(path), `Cannot use the session's file ${path}: ${why}`);
    const written = await assertRejects(() => fileStore({ path }).write(DATA, null), SessionError);
    assertEquals(written.message, `Cannot use the session's file ${path}: ${why}`);
    assertEquals(Deno.inspect(await Deno.lstat(path)).replace(/atime.*/, ""), before.replace(/atime.*/, ""));
  }
});

Deno.test({
  name: "fileStore() refuses another user's file",
  ignore: Deno.build.os === "windows" || Deno.uid() !== 0, // only root can make one
  async fn() {
    await using place = await folder();
    await Deno.writeFile(place.path, await encodeFile("v", DATA), { mode: 0o600 });
    await Deno.chown(place.path, 65_534, 65_534);
    assertEquals(await refusal(place.path), `Cannot use the session's file ${place.path}: it belongs to another user`);
  },
});

Deno.test("fileStore() removes what a killed writer left, and nothing else", async () => {
  await using place = await folder();
  const left = `${place.path}.${crypto.randomUUID()}.tmp`;
  const others = [`${place.path}.tmp`, `${place.directory}/other.${crypto.randomUUID()}.tmp`];
  for (const path of [left, ...others]) await Deno.writeTextFile(path, "");
  await fileStore({ path: place.path }).write(DATA, null);
  const names = Array.from(Deno.readDirSync(place.directory), ({ name }) => `${place.directory}/${name}`).sort();
  assertEquals(names, [place.path, `${place.path}.swap`, ...others].sort());
});

/** A process that holds the lock until it is killed. */
async function holder(path: string): Promise<Deno.ChildProcess> {
  const code = `import { fileStore } from ${JSON.stringify(new URL("file.ts", import.meta.url).href)};
    await fileStore({ path: ${JSON.stringify(path)} }).exclusive(async () => {
      console.log("held");
      await new Promise((resolve) => setTimeout(resolve, 2 ** 30));
    });`;
  const child = new Deno.Command(Deno.execPath(), { args: ["eval", code], stdout: "piped" }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  reader.releaseLock();
  return child;
}

Deno.test("fileStore() gives the lock of a killed process to the next one at once (public bug 41)", async () => {
  await using place = await folder();
  const { path } = place;
  const child = await holder(path);
  let isIn = false;
  const waiting = fileStore({ path }).exclusive!(() => Promise.resolve(isIn = true));
  await new Promise((resolve) => setTimeout(resolve, 100));
  assertEquals(isIn, false);
  const killedAt = performance.now();
  child.kill("SIGKILL");
  await waiting;
  assert(performance.now() - killedAt < 1_000);
  await child.stdout.cancel();
  await child.status;
});

Deno.test("fileStore() stops waiting for the lock when its signal says so, and leaves nothing open", async () => {
  await using place = await folder();
  const { path } = place;
  const held = Promise.withResolvers<void>();
  const isHeld = Promise.withResolvers<void>();
  const holding = fileStore({ path }).exclusive!(() => {
    isHeld.resolve();
    return held.promise;
  });
  await isHeld.promise;
  const ending = new AbortController();
  const reason = new RangeError("nobody waits");
  const waiting = fileStore({ path }).exclusive!(() => Promise.reject("never"), ending.signal);
  setTimeout(() => ending.abort(reason), 10);
  assertEquals(await waiting.catch((error) => error), reason);
  held.resolve();
  await holding;
});

Deno.test("fileStore() lets one of several processes win each write (public bug 17)", async () => {
  await using place = await folder();
  const { path } = place;
  const code = `import { fileStore } from ${JSON.stringify(new URL("file.ts", import.meta.url).href)};
    const store = fileStore({ path: ${JSON.stringify(path)} });
    for (let done = 0; done < 25;) {
      const entry = await store.read();
      const count = entry ? Number(new TextDecoder().decode(entry.data)) : 0;
      const data = new TextEncoder().encode(String(count + 1));
      if (await store.write(data, entry && entry.version) !== false) done++;
    }`;
  const runs = Array.from({ length: 4 }, () => new Deno.Command(Deno.execPath(), { args: ["eval", code] }).output());
  for (const { code, stderr } of await Promise.all(runs)) assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertEquals(new TextDecoder().decode((await fileStore({ path }).read())!.data), "100");
});

Deno.test("fileStore() is whole and free for others whenever a writer is killed, and keeps nothing of it (public bugs 17, 41)", async () => {
  await using place = await folder();
  const { path } = place;
  const code = `import { fileStore } from ${JSON.stringify(new URL("file.ts", import.meta.url).href)};
    const store = fileStore({ path: ${JSON.stringify(path)} });
    for (let n = 0;; n++) {
      const entry = await store.read();
      await store.write(new Uint8Array(50_000).fill(n), entry && entry.version);
      if (n === 0) console.log("writing");
    }`;
  const command = new Deno.Command(Deno.execPath(), { args: ["eval", code], stdout: "piped" });
  const writers = Array.from({ length: 4 }, () => command.spawn());
  for (const { stdout } of writers) {
    const reader = stdout.getReader();
    await reader.read();
    await reader.cancel();
  }
  const store = fileStore({ path });
  for (const writer of writers) {
    for (let reads = 0; reads < 10; reads++) {
      const { data } = (await store.read())!;
      assert(data.byteLength === 50_000 && data.every((byte) => byte === data[0]));
    }
    writer.kill("SIGKILL");
    const killedAt = performance.now();
    await store.write(DATA, "none");
    assert(performance.now() - killedAt < 1_000);
    await writer.status;
  }
  assert(await fileStore({ path }).write(DATA, (await store.read())!.version));
  const names = Array.from(Deno.readDirSync(place.directory), ({ name }) => name).sort();
  assertEquals(names, ["session", "session.swap"]);
});

Deno.test("fileStore() replaces the file and never writes into it: who has opened it reads it to its end (public bug 17)", async () => {
  await using place = await folder();
  const store = fileStore({ path: place.path });
  const version = await store.write(DATA, null);
  assert(version !== false);
  const whole = await Deno.readFile(place.path);
  using opened = await Deno.open(place.path, { read: true });
  const next = await store.write(new Uint8Array(5_000), version);
  const bytes = new Uint8Array(10_000);
  assertEquals(bytes.subarray(0, await opened.read(bytes) ?? 0), whole);
  assert(next !== false && await store.write(null, next) !== false);
  assertEquals((await opened.stat()).size, whole.byteLength);
});

Deno.test("fileStore() keeps the record before, whole, when a write fails halfway or cannot be synced (public bug 17)", async () => {
  await using place = await folder();
  const { path, directory } = place;
  const store = fileStore({ path });
  const version = await store.write(DATA, null);
  assert(version !== false);
  const { prototype } = Deno.FsFile;
  const members = Object.getOwnPropertyDescriptors(prototype);
  const { write } = prototype;
  const failure = Object.assign(new Error("SECRET"), { code: "ENOSPC" });
  const half = async function (this: Deno.FsFile, bytes: Uint8Array): Promise<number> {
    await write.call(this, bytes.subarray(0, bytes.byteLength / 2));
    throw failure;
  };
  for (const broken of [{ write: half }, { sync: () => Promise.reject(failure) }]) {
    Object.assign(prototype, broken);
    try {
      const error = await assertRejects(() => store.write(new Uint8Array(5_000), version), SessionError);
      assertEquals(error.message, `Cannot use the session's file ${path}: Error ENOSPC`);
    } finally {
      Object.defineProperties(prototype, members);
    }
    assertEquals(await store.read(), { data: DATA, version });
    const names = Array.from(Deno.readDirSync(directory), ({ name }) => name).sort();
    assertEquals(names, ["session", "session.swap"]);
  }
});

Deno.test("fileStore() reads a whole file while others replace it", async () => {
  await using place = await folder();
  const { path } = place;
  const [writer, reader] = [fileStore({ path }), fileStore({ path })];
  let version = await writer.write(new Uint8Array(5_000), null);
  let isWriting = true;
  const reading = (async () => {
    let reads = 0;
    for (; isWriting; reads++) assertEquals((await reader.read())?.data.byteLength, 5_000);
    return reads;
  })();
  for (let writes = 0; writes < 100 && version !== false; writes++) {
    version = await writer.write(new Uint8Array(5_000), version);
  }
  isWriting = false;
  assert(version !== false && await reading > 50);
});

Deno.test("fileStore() finds the platform's own folder, and names what it may not read", async () => {
  await using place = await folder();
  const code = `import { fileStore } from ${JSON.stringify(new URL("file.ts", import.meta.url).href)};
    const store = fileStore({ name: "account" });
    console.log(await store.write(new Uint8Array(1), null).then(() => "written", (error) => error.code + ": " + error.message));`;
  async function run(env: Record<string, string>, ...flags: string[]): Promise<string> {
    const file = `${place.directory}/program.ts`;
    await Deno.writeTextFile(file, code);
    const args = ["run", "--no-prompt", "--no-check", "--no-config", ...flags, file];
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env }).output();
    return new TextDecoder().decode(stdout).trim() || new TextDecoder().decode(stderr);
  }
  const home = place.directory;
  assertEquals(
    await run({ HOME: home }, "--allow-read"),
    "store_failed: Cannot place the session's file: run the program with --allow-env=HOME,XDG_STATE_HOME, or give a path",
  );
  const folderOf = `${home}/.local/state/xsignals/`;
  assertEquals(
    await run({ HOME: home, XDG_STATE_HOME: "" }, "--allow-env"),
    `store_failed: Cannot use the session's file ${folderOf}account: run the program with --allow-read=${folderOf} ` +
      `--allow-write=${folderOf}`,
  );
  assertEquals(await run({ HOME: home, XDG_STATE_HOME: "relative" }, "-A"), "written");
  assertEquals((await Deno.stat(`${folderOf}account`)).mode! & 0o777, 0o600);
  assertEquals(await run({ HOME: home, XDG_STATE_HOME: `${home}/state` }, "-A"), "written");
  assert(await Deno.stat(`${home}/state/xsignals/account`));
});

Deno.test("fileStore() says where there are no locks, and where nobody else would see the file", async () => {
  async function run(before: string, env: Record<string, string> = {}): Promise<string> {
    const code = `const { log } = console;
      ${before}
      const { fileStore } = await import(${JSON.stringify(new URL("file.ts", import.meta.url).href)});
      await fileStore({ path: "/nowhere/session" }).read().catch((error) => log(error.code + ": " + error.message));`;
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code], env }).output();
    return new TextDecoder().decode(stdout).trim();
  }
  assertEquals(
    await run("delete globalThis.Deno;"),
    "not_supported: Cannot keep the session in a file: this runtime has no locks for files",
  );
  assertEquals(
    await run("", { DENO_DEPLOYMENT_ID: "d" }),
    "store_not_shared: Cannot share the session: files on Deno Deploy are this isolate's alone; use kvStore or postgresStore",
  );
});

Deno.test("fileStore() refuses wrong options, and the path of a folder", async () => {
  const wrong: [object, string][] = [
    [{ file: "x" }, "there is no option file"],
    [{ path: "" }, "path must be "],
    [{ path: "a\0b" }, "path must be "],
    [{ name: "../x" }, "name must be "],
    [{ name: "a", path: "b" }, "give path or name, not both"],
    [{ random: 1 }, "random must be a function"],
    [{ clock: {} }, "clock must be an object with now and sleep"],
  ];
  for (const [options, why] of wrong) {
    assertThrows(() => fileStore(options), TypeError, `Cannot make the file store: ${why}`);
  }
  await using place = await folder();
  for (const end of ["/", "/.", "/.."]) {
    const path = place.directory + end;
    assertEquals(await refusal(path), `Cannot use the session's file ${path}: it is the path of a folder`);
  }
});

Deno.test("fileStore() waits for a renewal's lock while its holder goes on, and no longer (found 121)", async () => {
  await using place = await folder();
  const holder = fileStore({ path: place.path });
  let version = await holder.write(DATA, null) || null;
  const held = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const holding = holder.exclusive!(() => (held.resolve(), over.promise));
  await held.promise;
  let elapsed = 0;
  const clock = {
    now: () => elapsed,
    async sleep(ms: number) {
      elapsed += ms;
      if (elapsed < 20_000) version = await holder.write(DATA, version) || null; // it goes on until then
    },
  };
  const waiter = fileStore({ path: place.path, clock, random: () => 1 });
  const waiting = waiter.exclusive!(() => Promise.resolve(), undefined, 15_000);
  const error = await assertRejects(() => waiting, SessionError, "does not go on; end that process");
  assertEquals(error.code, "store_failed");
  assert(elapsed >= 30_000 && elapsed < 50_000, `${elapsed} ms`);
  over.resolve();
  await holding;
  await waiter.exclusive!(() => Promise.resolve(), undefined, 15_000);
});
