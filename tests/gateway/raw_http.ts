/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** All of it, for what must not be in it. */
  readonly text: string;
}

/** Enough for any answer but a file's, in characters: a server that never ends would fill the memory. */
const MAX_ANSWER = 1_000_000;

/**
 * Sends bytes over a connection of their own and reads until the server closes it; `undefined` when no answer came.
 *
 * @param isCut Whether to close our side then, as a client that went away.
 */
export async function sendRaw(port: number, bytes: Uint8Array, isCut: boolean): Promise<RawAnswer | undefined> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const [, text] = await Promise.all([write(connection, bytes, isCut), readAll(connection)]);
  return parse(text);
}

/** A server that has answered need not read on: then a write fails. */
async function write(connection: Deno.TcpConn, bytes: Uint8Array, isCut: boolean): Promise<void> {
  try {
    for (let at = 0; at < bytes.byteLength;) at += await connection.write(bytes.subarray(at));
    if (isCut) await connection.closeWrite();
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

async function readAll(connection: Deno.TcpConn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  let text = "";
  try {
    for (;;) {
      const read = await connection.read(buffer);
      if (read === null || text.length > MAX_ANSWER) return text;
      text += decoder.decode(buffer.subarray(0, read), { stream: true });
    }
  } catch (error) {
    if (!isGone(error)) throw error;
    return text;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected;
}

function parse(text: string): RawAnswer | undefined {
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1];
  if (end < 0 || status === undefined) return undefined;
  const headers = new Headers(lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  }));
  const rest = text.slice(end + 4);
  const body = headers.get("transfer-encoding") === "chunked" ? joined(rest) : rest;
  return { status: Number(status), headers, body, text };
}

/** The chunks without their lengths; good enough for ASCII, which the app's answers are. */
function joined(chunks: string): string {
  return chunks.replace(/(?:^|\r\n)[0-9a-f]+\r\n/g, "").replace(/\r\n$/, "");
}
