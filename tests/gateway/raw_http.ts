export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** As it came: the gateway's refusals have no chunks. */
  readonly body: string;
  /** All of it, for what must not be in it. */
  readonly text: string;
}

/** In characters: a server that never ends would fill the memory. */
const MAX_ANSWER = 1_000_000;

/**
 * Sends bytes over a connection of their own and reads until the server closes it; `undefined` when no answer came.
 *
 * @param isCut Whether to close our side then, like a client that went away.
 */
export async function sendRaw(port: number, bytes: Uint8Array, isCut: boolean): Promise<RawAnswer | undefined> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  let text = "";
  async function write(): Promise<void> {
    for (let at = 0; at < bytes.byteLength;) at += await connection.write(bytes.subarray(at));
    if (isCut) await connection.closeWrite();
  }
  async function read(): Promise<void> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(65_536);
    for (let read; text.length < MAX_ANSWER && (read = await connection.read(buffer)) !== null;) {
      text += decoder.decode(buffer.subarray(0, read), { stream: true });
    }
  }
  // A server that has answered need not read on. Then we cannot write, or lose the connection while we read.
  await Promise.all([write().catch(unlessGone), read().catch(unlessGone)]);
  return parse(text);
}

function unlessGone(error: unknown): void {
  const { ConnectionReset, BrokenPipe, NotConnected } = Deno.errors;
  if (![ConnectionReset, BrokenPipe, NotConnected].some((gone) => error instanceof gone)) throw error;
}

function parse(text: string): RawAnswer | undefined {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1];
  if (rest.length === 0 || status === undefined) return undefined;
  const headers = new Headers(lines.map((line) => line.split(/:\s*(.*)/, 2) as [string, string]));
  return { status: Number(status), headers, body: rest.join("\r\n\r\n"), text };
}
