// What is asked of a group: if there is none of that name, the message says just that.
import { DataError } from "@xsignals/data";
import { CommandError, EXIT } from "./command_error.ts";

/** Does what is about a group; that there is no such group becomes the command's own error. */
export async function ofGroup<T>(group: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DataError) || error.code !== "not_found") throw error;
    throw new CommandError("not_found", `no such group: ${group}`, {
      exit: EXIT.notFound,
      hint: "xsignals groups lists them",
    });
  }
}
