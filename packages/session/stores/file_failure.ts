import { describeError, SessionError } from "../errors.ts";

/** The error of a file that cannot be used, in words of ours; it names the place and quotes nothing of the content. */
export function fileError(path: string, why: string): SessionError {
  return new SessionError("store_failed", `Cannot use the session's file ${path}: ${why}`);
}

/** Runs what may fail at the file system, and turns its failures into {@link fileError}. */
export async function atFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SessionError) throw error;
    if (error instanceof Error && (error.name === "NotCapable" || error.name === "PermissionDenied")) {
      const directory = path.replace(/[^/\\]*$/, "");
      const flags = `--allow-read=${directory} --allow-write=${directory}`;
      throw fileError(path, error.name === "NotCapable" ? `run the program with ${flags}` : "the system denies it");
    }
    throw fileError(path, describeError(error));
  }
}
