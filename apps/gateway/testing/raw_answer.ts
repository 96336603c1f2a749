/**
 * One request over a connection of its own, and the answer as it came: nothing is decoded, completed or tidied.
 *
 * @module
 */
import { Buffer } from "node:buffer";

/** An answer, member by member. */
export interface RawAnswer {
  /** The status; each server has its own words for it. */
  readonly status: string;
  /** The headers, names in lower case, values as Latin-1; repeated ones with a line break between. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as Latin-1, without the chunks' frames. */
  readonly body: string;
  /** Whether the body came to its end, as far as the answer tells where that is. */
  readonly end: "whole" | "cut";
}

/** A request. The text of its head is Latin-1, too. */
export interface RawRequest {
  /** The method and the target. */
  readonly line: string;
  /** The headers besides `Host` and `Connection`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body. */
  readonly body?: string;
}

/** Sends a request to an origin. */
export async function askRaw(origin: string, { line, headers, body = "" }: RawRequest): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(origin);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const fields = Object.entries({ host, connection: "close", ...headers }).map(([name, value]) => `${name}: ${value}`);
  await connection.write(Buffer.from([`${line} HTTP/1.1`, ...fields, "", body].join("\r\n"), "latin1"));
  const text = await readAll(connection);
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const status = first.split(" ")[1] ?? "";
  const pairs = lines.map((field): [string, string] => {
    const [name = ""] = field.split(":", 1);
    return [name.toLowerCase(), field.slice(name.length + 1).trim()];
  });
  const grouped = Map.groupBy(pairs, ([name]) => name);
  const values = Object.fromEntries([...grouped].map(([name, all]) => [name, all.map(([, one]) => one).join("\n")]));
  const hasBody = !line.startsWith("HEAD ") && !/^(204|304)$/.test(status);
  const end = rest.length > 0 ? "whole" : "cut";
  return { status, headers: values, ...(hasBody ? unframe(rest.join("\r\n\r\n"), values) : { body: "", end }) };
}

async function readAll(connection: Deno.Conn): Promise<string> {
  const buffer = Buffer.alloc(65_536);
  let text = "";
  try {
    for (let read; (read = await connection.read(buffer)) !== null;) text += buffer.toString("latin1", 0, read);
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  return text;
}

function unframe(text: string, headers: Readonly<Record<string, string>>): Pick<RawAnswer, "body" | "end"> {
  const length = headers["content-length"];
  if (length !== undefined) return { body: text, end: text.length === Number(length) ? "whole" : "cut" };
  if (headers["transfer-encoding"] !== "chunked") return { body: text, end: "whole" };
  let body = "";
  for (let at = 0;;) {
    const size = /^([\da-f]+)\r\n/i.exec(text.slice(at, at + 20));
    if (size === null) return { body, end: "cut" };
    const [start, bytes] = [at + size[0].length, parseInt(size[1]!, 16)];
    if (bytes === 0) return { body, end: "whole" };
    body += text.slice(start, start + bytes);
    at = start + bytes + 2;
  }
}
