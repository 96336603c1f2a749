/** The text of an answer, up to a number of bytes; the rest is not read. */
export async function readText(response: Response, maxBytes: number): Promise<{ text: string; isWhole: boolean }> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const reader = response.body?.getReader();
  let text = "";
  for (let left = maxBytes; reader;) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value.subarray(0, left), { stream: true });
    left -= value.length;
    if (left >= 0) continue;
    await reader.cancel();
    return { text, isWhole: false };
  }
  return { text, isWhole: true };
}
