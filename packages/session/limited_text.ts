/**
 * Reads a response's body as text, at most so many bytes of it.
 *
 * @param signal Cancels the body when it aborts, also one that the `fetch` would leave open.
 * @returns The text; `undefined` when the body is longer, or when the signal aborted: the rest is cancelled.
 */
export async function limitedText(
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const cancel = () => reader.cancel().catch(() => {});
  signal.addEventListener("abort", cancel);
  try {
    const decoder = new TextDecoder();
    let text = "";
    for (let size = 0; !signal.aborted && size <= maxBytes;) {
      const { done, value } = await reader.read();
      if (done) return signal.aborted ? undefined : text + decoder.decode();
      size += value.byteLength;
      text += decoder.decode(value, { stream: true });
    }
    cancel();
    return undefined;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
