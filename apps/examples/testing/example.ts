/**
 * Runs an example by the command that its own first comment gives, with nothing but the hosts replaced.
 *
 * @module
 */

/** What an example is run in. */
export interface Place extends AsyncDisposable {
  /** A folder of its own, for home and Deno's data. */
  readonly folder: string;
  /**
   * Starts a command of a shell, in that folder unless another is given; it gets these variables, and no other but where
   * programs and Deno's data are.
   */
  start(command: string, variables: Readonly<Record<string, string>>, cwd?: string): Deno.ChildProcess;
}

/** How an example ended. */
export interface Ended {
  /** Its exit code. */
  readonly code: number;
  /** What it printed. */
  readonly stdout: string;
  /** What it printed as errors. */
  readonly stderr: string;
}

/**
 * The command in the first comment of an example, the first lines there that are indented as code.
 *
 * @param file The example, beside this folder.
 * @param hosts What stands for each host that the command allows; every one of them must be there.
 * @returns The command, with the path of the example.
 */
export async function commandOf(file: string, hosts: Readonly<Record<string, string>>): Promise<string> {
  const path = new URL(`../${file}`, import.meta.url).pathname;
  const [comment = ""] = (await Deno.readTextFile(path)).split("*/");
  const [, code] = /\n \*\n((?: \* {5}.*\n)+)/.exec(comment) ?? [];
  let command = code?.replaceAll(/^ \* +/gm, "").replaceAll("\\\n", "").trim();
  if (!command?.includes(` ${file}`)) throw new Error(`${file} says no command`);
  for (const [host, standIn] of Object.entries({ ...hosts, [` ${file}`]: ` ${path}` })) {
    if (!command.includes(host)) throw new Error(`the command of ${file} does not name ${host}`);
    command = command.replace(host, standIn);
  }
  return `exec ${command}`;
}

/** Makes an empty place, which takes what it started along when it is disposed of. */
export async function makePlace(): Promise<Place> {
  const folder = await Deno.makeTempDir();
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  await Deno.mkdir(`${folder}/.deno`);
  await Deno.symlink(JSON.parse(new TextDecoder().decode(info.stdout)).npmCache, `${folder}/.deno/npm`); // no downloads
  const started: Deno.ChildProcess[] = [];
  const path = `${Deno.execPath().replace(/\/[^/]+$/, "")}:${Deno.env.get("PATH")}`;
  return {
    folder,
    start(command, variables, cwd = folder) {
      const child = new Deno.Command("/bin/sh", {
        args: ["-c", command],
        cwd,
        clearEnv: true,
        env: { PATH: path, HOME: folder, DENO_DIR: `${folder}/.deno`, NO_COLOR: "1", ...variables },
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      started.push(child);
      return child;
    },
    async [Symbol.asyncDispose]() {
      for (const child of started) {
        try {
          child.kill("SIGKILL");
        } catch {
          // It has ended.
        }
        await child.status;
      }
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Waits for an example's end. */
export async function ended(child: Deno.ChildProcess): Promise<Ended> {
  await child.stdin.close();
  const { code, stdout, stderr } = await child.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}
