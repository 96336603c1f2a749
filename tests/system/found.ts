/**
 * Faults that were found in this project by using it. Each keeps a test whose name ends with its number, as in "(found 101)".
 *
 * @module
 */
// deno-fmt-ignore
export const FOUND = [
  101, 102, 103, 104, 105, 106, 107, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124,
  130, 131, 132, 133, 134, 135, 136, 137, 138, 140, 141, 142, 143, 144, 145, 146, 147, 148,
  149, 150, 151, 152, 153, 154, 155, 156, 157, 159, 160, 161, 162, 163, 164, 165, 166, 168, 169, 170, 180, 185, 186, 187,
];
