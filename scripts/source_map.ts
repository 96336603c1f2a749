/** What is needed of a source map (ECMA-426). */
export interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** How many bytes of the generated text come from each source; what comes from none is left out. */
export function bytesBySource(text: string, { sources, mappings }: SourceMap): Map<string, number> {
  const bytes = new Map<string, number>();
  const lines = text.split("\n");
  let source = 0;
  for (const [index, segments] of mappings.split(";").entries()) {
    const line = lines[index] ?? "";
    let column = 0;
    let from: { column: number; path: string } | undefined;
    const close = (end: number) => {
      if (!from) return;
      const part = new TextEncoder().encode(line.slice(from.column, end)).byteLength;
      bytes.set(from.path, (bytes.get(from.path) ?? 0) + part);
    };
    for (const segment of segments.split(",").filter((one) => one !== "")) {
      const [columns = 0, sourceStep] = decode(segment);
      column += columns;
      close(column);
      source += sourceStep ?? 0;
      const path = sources[source];
      from = sourceStep === undefined || path === undefined ? undefined : { column, path };
    }
    close(line.length);
  }
  return bytes;
}

/** The numbers of a segment: base 64, five bits a digit, the lowest first, then the sign. */
function decode(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value |= (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = shift = 0;
  }
  return numbers;
}
