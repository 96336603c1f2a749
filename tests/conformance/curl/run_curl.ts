import { hasProgram } from "../../has_program.ts";
import { type Answer, parseAnswer } from "./answer.ts";

/**
 * What every command gets besides its own arguments: curl reads it from a file, so that the commands stay as they are.
 * A machine's own file, its proxy and its progress meter are not to change what is judged.
 */
const SETTINGS = ["include", "silent", "show-error", "max-time = 10", 'noproxy = "*"'];

/** Runs a curl command in a shell, as somebody would who copied it. */
export type RunCurl = (command: string) => Promise<Answer>;

/**
 * Calls `work` with what runs curl commands.
 *
 * @throws {Error} From the runner when curl is not there or fails; an answer of any status is none.
 */
export async function withCurl(work: (run: RunCurl) => Promise<void>): Promise<void> {
  if (!hasProgram("curl")) {
    throw new Error("Cannot run curl: PATH has no curl; install it (on Debian: apt-get install curl)");
  }
  const home = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${home}/.curlrc`, SETTINGS.join("\n"));
    await work(async (command) => {
      const { success, stdout, stderr } = await new Deno.Command("sh", {
        args: ["-c", command],
        env: { CURL_HOME: home },
        stdin: "null",
      }).output();
      if (!success) throw new Error(`Cannot run curl: ${new TextDecoder().decode(stderr).trim()}`);
      return parseAnswer(new TextDecoder().decode(stdout));
    });
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}
