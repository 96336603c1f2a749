// What comes through standard input.
import { usageError } from "./command_error.ts";

/** The longest line that is read, in bytes. */
const MOST_BYTES = 65_536;

/** Reads the one line that comes through a pipe, without its end. */
export async function readLine(
  readable: ReadableStream<Uint8Array>,
  flag: string,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = readable.getReader();
  const stop = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      length += read.value.byteLength;
      if (length > MOST_BYTES) throw usageError(flag, "standard input must have one line");
      chunks.push(new Uint8Array(read.value));
    }
  } finally {
    signal.removeEventListener("abort", stop);
    await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
  signal.throwIfAborted();
  const text = (await new Blob(chunks).text()).replace(/\r?\n$/, "");
  if (text === "" || /[\r\n]/.test(text)) throw usageError(flag, "standard input must have one line that is not empty");
  return text;
}
