/** Headers in a form that can be spread: what the generated operations with a body do with those of the caller. */
type PlainHeaders = Record<string, unknown>;

/**
 * Headers of any form that `fetch` takes, by their names; a name that comes more than once has a list of values.
 *
 * @param headers `Headers`, pairs, an object, or nothing.
 * @throws {TypeError} A pair has not two members.
 */
export function plainHeaders(headers: unknown): PlainHeaders {
  if (typeof headers !== "object" || headers === null) return {};
  if (!(Symbol.iterator in headers)) return headers as PlainHeaders;
  const plain = new Map<string, string[]>();
  for (const pair of headers as Iterable<unknown>) {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new TypeError("Cannot read the headers: each pair must be a name and a value");
    }
    const name = String(pair[0]).toLowerCase();
    plain.set(name, [...plain.get(name) ?? [], String(pair[1])]);
  }
  return Object.fromEntries([...plain].map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}
