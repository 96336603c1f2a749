// Forms and other bodies of requests, read strictly and up to a limit.
import { Buffer } from "node:buffer";
import { invalidRequest, OAuthError } from "./oauth_error.ts";

/** The parameters that an endpoint may know. */
const PARAMETERS = [
  ...["grant_type", "scope", "client_id", "client_secret", "token", "token_type_hint"] as const,
  ...["assertion", "client_assertion", "client_assertion_type"] as const,
] as const;

/** The name of a known parameter. */
export type Parameter = typeof PARAMETERS[number];

/** The known parameters that were sent with a value. */
export type Form = ReadonlyMap<Parameter, string>;

/** Enough for any id, secret and scope, in bytes. */
const MAX_BODY = 8_192;

/**
 * Reads the form strictly (RFC 6749, 3.2 and appendix B) from the request's body. Unknown parameters are ignored, empty ones count as omitted.
 *
 * @throws {OAuthError} `invalid_request` when the body is another type, too long (413), broken off or wrongly encoded, or a
 *   known parameter is repeated or stands in the address.
 */
export async function readForm(request: Request): Promise<Form> {
  const query = new URL(request.url).searchParams;
  const misplaced = PARAMETERS.find((name) => query.has(name));
  if (misplaced !== undefined) { // what stands in an address ends up in logs (RFC 6749, 2.3.1)
    throw invalidRequest(`Cannot take ${misplaced} from the address, where logs would keep it: send it in the body`);
  }
  const [type = ""] = (request.headers.get("content-type") ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/x-www-form-urlencoded") {
    throw invalidRequest("Cannot read the request: its content type must be application/x-www-form-urlencoded");
  }
  return parseForm(await readText(request, MAX_BODY));
}

function parseForm(body: string): Form {
  if (formDecode(body) === undefined) throw invalidRequest("Cannot read the request: its body is not form-encoded");
  const sent = new URLSearchParams(`&${body}`); // a question mark that it begins with would be taken away
  const form = new Map<Parameter, string>();
  for (const name of PARAMETERS) {
    const [value = "", ...others] = sent.getAll(name);
    if (others.length > 0) throw invalidRequest(`Cannot read the request: ${name} is there more than once`);
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

/** Reads a body as text. Throws `invalid_request` when it has more bytes than `max` (413), broke off, or is not UTF-8. */
export async function readText(request: Request, max: number): Promise<string> {
  try {
    const bytes = await (isShort(request.headers, max) ? request.bytes() : readAtMost(request.body, max));
    if (bytes && bytes.byteLength <= max) return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalidRequest("Cannot read the request: its body broke off, or is not UTF-8");
  }
  throw new OAuthError(413, "invalid_request", `Cannot read the request: its body is over ${max} bytes`);
}

/** Whether the server reads a short body only: it holds the body to its length, and in one piece it is quicker to have. */
function isShort(headers: Headers, max: number): boolean {
  const length = headers.get("content-length");
  return length !== null && Number(length) <= max && !headers.has("transfer-encoding");
}

/** Reads a body of so many bytes at most; `undefined` when it has more. Rejects when it breaks off. */
export async function readAtMost(body: Response["body"], max: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > max) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
