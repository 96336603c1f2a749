/**
 * The form of a token request, read strictly: RFC 6749, 3.2 and appendix B.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { invalidRequest, OAuthError } from "./oauth_error.ts";

/** The parameters that an endpoint may know. */
const PARAMETERS = ["grant_type", "scope", "client_id", "client_secret", "token", "token_type_hint"] as const;

/** The name of a known parameter. */
export type Parameter = typeof PARAMETERS[number];

/** The known parameters that were sent with a value. */
export type Form = ReadonlyMap<Parameter, string>;

/** Enough for any id, secret and scope, in bytes. */
const MAX_BODY = 8_192;

/**
 * Reads the form from the request's body. Unknown parameters are ignored, empty ones count as omitted.
 *
 * @throws {OAuthError} `invalid_request` when the body is another type, too long (413), broken off or wrongly encoded, or a
 *   known parameter is repeated or stands in the address.
 */
export async function readForm(request: Request): Promise<Form> {
  refuseQuery(request.url);
  const [type = ""] = (request.headers.get("content-type") ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/x-www-form-urlencoded") {
    throw invalidRequest("Cannot read the request: its content type must be application/x-www-form-urlencoded");
  }
  return parseForm(await readText(request, MAX_BODY));
}

function parseForm(body: string): Form {
  const form = new Map<Parameter, string>();
  const seen = new Set<Parameter>();
  for (const pair of body.split("&")) {
    const equals = pair.indexOf("=");
    const name = formDecode(equals < 0 ? pair : pair.slice(0, equals));
    const value = formDecode(equals < 0 ? "" : pair.slice(equals + 1));
    if (name === undefined || value === undefined) {
      throw invalidRequest("Cannot read the request: its body is not form-encoded");
    }
    if (!isParameter(name)) continue;
    if (seen.has(name)) throw invalidRequest(`Cannot read the request: ${name} is there more than once`);
    seen.add(name);
    if (value !== "") form.set(name, value);
  }
  return form;
}

/** Undoes the form's encoding; `undefined` when the text is not so encoded. */
export function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

/** What stands in an address ends up in logs (RFC 6749, 2.3.1). */
function refuseQuery(address: string): void {
  const query = address.indexOf("?");
  if (query < 0) return;
  for (const [name] of new URLSearchParams(address.slice(query))) {
    if (!isParameter(name)) continue;
    throw invalidRequest(`Cannot take ${name} from the address, where logs would keep it: send it in the body`);
  }
}

function isParameter(name: string): name is Parameter {
  return PARAMETERS.some((one) => one === name);
}

/** Reads a body as text. Throws `invalid_request` when it has more bytes than `max` (413), broke off, or is not UTF-8. */
export async function readText(request: Request, max: number): Promise<string> {
  try {
    const bytes = isShort(request.headers, max) ? await request.bytes() : await readStream(request.body, max);
    if (bytes.byteLength > max) throw tooLong(max);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof OAuthError) throw error;
    throw invalidRequest("Cannot read the request: its body broke off, or is not UTF-8");
  }
}

/** Whether the server reads a short body only: it holds the body to its length, and in one piece it is quicker to have. */
function isShort(headers: Headers, max: number): boolean {
  const length = headers.get("content-length");
  return length !== null && Number(length) <= max && !headers.has("transfer-encoding");
}

/** Reads no further than the limit. */
async function readStream(body: Request["body"], max: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > max) throw tooLong(max);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLong(max: number): OAuthError {
  return new OAuthError(413, "invalid_request", `Cannot read the request: its body is over ${max} bytes`);
}
