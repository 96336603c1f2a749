import { runCommand } from "../../tests/runtimes/command.ts";
import { pack } from "../../tests/runtimes/pack.ts";

const FOLDER = `${import.meta.dirname}/npm`;

/** Installs the peers as the lock file says, and the session as it is packed now, into this folder; checks its files. */
export async function installPeers(): Promise<void> {
  await runCommand(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: FOLDER });
  const temporary = await Deno.makeTempDir();
  try {
    const { tarball } = await pack("session", temporary);
    const place = `${FOLDER}/node_modules/@xsignals/session`;
    await Deno.mkdir(place, { recursive: true });
    await runCommand(["tar", "-xzf", tarball, "-C", place, "--strip-components=1"]);
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
  await runCommand([Deno.execPath(), "check", "--quiet", "--config", "deno.json", "subjects", "servers"], {
    cwd: FOLDER,
  });
}
