/**
 * Where the file is: the platform's convention, and one name for one place however it is written.
 *
 * @module
 */
import { SessionError } from "../errors.ts";
import { atFile, fileError } from "./file_failure.ts";

/** The folder for what programs keep from run to run, by the platform's convention. */
function stateFolder(): string {
  const home = () => absolute(Deno.env.get("HOME"));
  if (Deno.build.os === "windows") return `${absolute(Deno.env.get("LOCALAPPDATA"))}\\xsignals`;
  if (Deno.build.os === "darwin") return `${home()}/Library/Application Support/xsignals`;
  const state = Deno.env.get("XDG_STATE_HOME") ?? "";
  return `${state.startsWith("/") ? state : `${home()}/.local/state`}/xsignals`; // a relative one is to be ignored
}

function absolute(path: string | undefined): string {
  if (path) return path.replace(/[/\\]+$/, "");
  throw new SessionError("store_failed", "Cannot place the session's file: the user has no home folder; give a path");
}

/** The path of the file with that name in the platform's own folder. */
export function defaultPath(name: string): string {
  try {
    return `${stateFolder()}/${name}`;
  } catch (error) {
    if (error instanceof SessionError) throw error;
    const variables = Deno.build.os === "windows" ? "LOCALAPPDATA" : "HOME,XDG_STATE_HOME";
    throw new SessionError(
      "store_failed",
      `Cannot place the session's file: run the program with --allow-env=${variables}, or give a path`,
    );
  }
}

/**
 * The one name of a place: two paths to one file are one. Makes the folder, for the owner alone, where it is missing.
 *
 * @throws {SessionError} `store_failed` when the folder cannot be made or looked at.
 */
export async function realPlace(path: string): Promise<string> {
  const [, folder = "", name = ""] = /^(.*?[/\\]?)([^/\\]*)$/s.exec(path) ?? [];
  if (name === "" || name === "." || name === "..") throw fileError(path, "it is the path of a folder");
  return await atFile(path, async () => {
    const directory = folder === "" ? "." : folder;
    const real = await Deno.realPath(directory).catch(async (error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
      return await Deno.realPath(directory);
    });
    return `${real.replace(/[/\\]$/, "")}/${name}`;
  });
}
