import { describeError, SessionError } from "./errors.ts";
import type { Credential } from "./types.ts";

/**
 * The text of a credential: as given, or what its function gives.
 *
 * @param what Its name in error messages.
 * @throws {SessionError} `unreachable` when the function fails; its error is named by class only, it may quote the secret.
 * @throws {TypeError} When the function gives no text, or an empty one.
 */
export async function resolveCredential(what: string, credential: Credential): Promise<string> {
  if (typeof credential === "string") return credential;
  let text: unknown;
  try {
    text = await credential();
  } catch (error) {
    throw new SessionError("unreachable", `Cannot get the ${what}: its function failed (${describeError(error)})`, {
      sent: false,
    });
  }
  if (typeof text === "string" && text !== "") return text;
  throw new TypeError(`Cannot use the ${what}: its function gave no text, or an empty one`);
}

/**
 * Checks the form of a credential that is given as an option.
 *
 * @throws {TypeError} When it is neither a text with something in it nor a function.
 */
export function checkCredential(what: string, credential: unknown): void {
  if (typeof credential === "function" || (typeof credential === "string" && credential !== "")) return;
  throw new TypeError(`Cannot use the ${what}: it must be a text that is not empty, or a function that gets one`);
}
