import { Refusal } from "./refusal.ts";

/** The largest body that is read, in bytes. */
export const BODY_LIMIT = 1024 * 1024;

/** What a body may be sent as. */
export type BodyType = "json" | "form" | "other";

/**
 * The body of a request as text.
 *
 * @throws {Refusal} 413 when it has more than {@link BODY_LIMIT} bytes (reading stops there), 400 when it is no UTF-8.
 */
export async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length")) > BODY_LIMIT) throw tooLarge();
  if (!request.body) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let size = 0;
  let text = "";
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw tooLarge();
    text += decode(decoder, chunk);
  }
  return text + decode(decoder);
}

/** What the content type says that the body is. */
export function bodyType(request: Request): BodyType {
  const type = (request.headers.get("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
  if (type === "application/json" || /^application\/[\w.-]+\+json$/.test(type)) return "json";
  return type === "application/x-www-form-urlencoded" ? "form" : "other";
}

/**
 * The members of a JSON object.
 *
 * @throws {Refusal} 400 when the text is no JSON or no object.
 */
export function parseObject(text: string): ReadonlyMap<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(400, "The body is no JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Refusal(400, "The body is no JSON object");
  }
  return new Map(Object.entries(value));
}

/**
 * The parameters of a form body.
 *
 * @throws {Refusal} 400 when a parameter comes twice (RFC 6749, 3.2).
 */
export function parseForm(text: string): ReadonlyMap<string, unknown> {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (parameters.has(name)) throw new Refusal(400, "A parameter is given twice");
    parameters.set(name, value);
  }
  return parameters;
}

/**
 * A member that must be there.
 *
 * @throws {Refusal} 400 when it is missing, no string, or empty.
 */
export function requiredString(members: ReadonlyMap<string, unknown>, name: string): string {
  const value = members.get(name);
  if (typeof value !== "string" || value === "") throw new Refusal(400, `${name} must be a string that is not empty`);
  return value;
}

/**
 * A member that may be missing, or empty, which is the same (RFC 6749, 3.2).
 *
 * @throws {Refusal} 400 when it is no string.
 */
export function optionalString(members: ReadonlyMap<string, unknown>, name: string): string | undefined {
  const value = members.get(name) ?? "";
  if (typeof value !== "string") throw new Refusal(400, `${name} must be a string`);
  return value === "" ? undefined : value;
}

function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch {
    throw new Refusal(400, "The body is no UTF-8");
  }
}

function tooLarge(): Refusal {
  return new Refusal(413, `The body has more than ${BODY_LIMIT} bytes`);
}
