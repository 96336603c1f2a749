/**
 * Starts the command with the permissions that docs/command_line.md has for it, and those to reach servers on loopback.
 *
 * @module
 */

const ROOT = new URL("../../", import.meta.url);

/** The permissions in a command line, as a shell reads them. */
export function permissionsIn(line: string): string[] {
  return [...line.matchAll(/--allow-[^\s\\]+/g)].map(([flag]) => flag.replaceAll("'", ""));
}

const page = await Deno.readTextFile(new URL("docs/command_line.md", ROOT));

/** The permissions of the page. */
export const PERMISSIONS: readonly string[] = permissionsIn(/^deno run --quiet[^]*?\n```/m.exec(page)![0]);

/** The beginning of a command line; nothing in it needs quotes for a shell but `*`. */
export const PROGRAM = [
  Deno.execPath(),
  "run",
  "--quiet",
  "--no-prompt",
  ...PERMISSIONS.map((flag) => flag.startsWith("--allow-net=") ? `${flag},127.0.0.1,localhost` : flag),
  new URL("packages/cli/main.ts", ROOT).pathname,
];

/** The program in a shell's words. */
export const IN_SHELL = PROGRAM.map((word) => `'${word}'`).join(" ");

/** A place to start it in. */
export interface Place extends AsyncDisposable {
  readonly folder: string;
  /** The variables that it has, and no others. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a shell's line in the folder; `xsignals` in it is the program. */
  shell(
    line: string,
    more?: Readonly<Record<string, string>>,
  ): Promise<{ code: number; stdout: string; stderr: string }>;
}

/** Makes a place with a home of its own. */
export async function openPlace(baseUrl: string): Promise<Place> {
  const root = await Deno.makeTempDir();
  await Promise.all(["home", "work"].map((name) => Deno.mkdir(`${root}/${name}`)));
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"], cwd: ROOT }).output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(info.stdout));
  const env = {
    HOME: `${root}/home`,
    PATH: Deno.env.get("PATH") ?? "",
    DENO_DIR: denoDir,
    XSIGNALS_BASE_URL: baseUrl,
  };
  const folder = `${root}/work`;
  return {
    folder,
    env,
    async shell(line, more = {}) {
      const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
        args: ["-c", line.replaceAll("xsignals ", `${IN_SHELL} `)],
        cwd: folder,
        clearEnv: true,
        env: { ...env, ...more },
        stdin: "null",
      }).output();
      const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      return { code, stdout: out!, stderr: err! };
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}
