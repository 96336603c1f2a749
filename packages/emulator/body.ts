import { ErrorAnswer } from "./error_answer.ts";

/** The largest body that is read, in bytes. */
export const BODY_LIMIT = 1024 * 1024;

/** The content types that the servers tell apart. */
export type BodyType = "json" | "form" | "other";

/**
 * The body of a request as text.
 *
 * @throws {ErrorAnswer} 413 if it has more than {@link BODY_LIMIT} bytes (reading stops there), 400 if it is not UTF-8.
 */
export async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length")) > BODY_LIMIT) throw tooLarge();
  if (!request.body) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let size = 0;
  let text = "";
  // The server cancels the body after the answer: here that could wait forever for the other half of a clone.
  for await (const chunk of request.body.values({ preventCancel: true })) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw tooLarge();
    text += decode(decoder, chunk);
  }
  return text + decode(decoder);
}

/** The type of a body, as its content type says. */
export function bodyType(request: Request): BodyType {
  const type = (request.headers.get("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
  if (type === "application/json" || /^application\/[\w.-]+\+json$/.test(type)) return "json";
  return type === "application/x-www-form-urlencoded" ? "form" : "other";
}

/**
 * The members of a JSON object.
 *
 * @throws {ErrorAnswer} 400 if the text is not a JSON object.
 */
export function parseObject(text: string): ReadonlyMap<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ErrorAnswer(400, "The body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ErrorAnswer(400, "The body is not a JSON object");
  }
  return new Map(Object.entries(value));
}

/**
 * The members of a JSON body, whose content type must say so.
 *
 * @param asPrinted Whether curl's form type will do too, as the vendor's examples send it.
 * @throws {ErrorAnswer} 400 for another content type, and if the text is not a JSON object.
 */
export function parseJsonBody(request: Request, text: string, asPrinted: boolean): ReadonlyMap<string, unknown> {
  const type = bodyType(request);
  if (type === "json" || (asPrinted && type === "form")) return parseObject(text);
  throw new ErrorAnswer(400, "The content type must be application/json");
}

/**
 * The parameters of a form body.
 *
 * @throws {ErrorAnswer} 400 if a parameter comes twice (RFC 6749, 3.2).
 */
export function parseForm(text: string): ReadonlyMap<string, unknown> {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (parameters.has(name)) throw new ErrorAnswer(400, "A parameter is given twice");
    parameters.set(name, value);
  }
  return parameters;
}

/**
 * A member that must not be missing.
 *
 * @throws {ErrorAnswer} 400 if it is missing, empty, or not a string.
 */
export function requiredString(members: ReadonlyMap<string, unknown>, name: string): string {
  const value = members.get(name);
  if (typeof value !== "string" || value === "") {
    throw new ErrorAnswer(400, `${name} must be a string that is not empty`);
  }
  return value;
}

/**
 * A member that may be missing. An empty one counts as missing (RFC 6749, 3.2).
 *
 * @throws {ErrorAnswer} 400 if it is not a string.
 */
export function optionalString(members: ReadonlyMap<string, unknown>, name: string): string | undefined {
  const value = members.get(name) ?? "";
  if (typeof value !== "string") throw new ErrorAnswer(400, `${name} must be a string`);
  return value === "" ? undefined : value;
}

function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch {
    throw new ErrorAnswer(400, "The body is not UTF-8");
  }
}

function tooLarge(): ErrorAnswer {
  return new ErrorAnswer(413, `The body has more than ${BODY_LIMIT} bytes`);
}
