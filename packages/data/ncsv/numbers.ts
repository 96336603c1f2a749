// Numbers, strictly.

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Fifteen digits are exact in both directions, so only longer numbers are looked at more closely. */
const MAX_EXACT = 15;
/** The most digits that two neighbouring doubles need to be told apart. */
const MAX_DIGITS = 17;

/** Reads a cell of numbers: `null` if it is empty, `undefined` if it is not a number or would not be the same one. */
export function numberOf(cell: string): number | null | undefined {
  if (cell === "") return null;
  if (cell === "NaN") return NaN;
  if (!NUMBER.test(cell)) return undefined;
  const number = Number(cell);
  return cell.length <= MAX_EXACT && !/e/i.test(cell) || isSame(cell, number) ? number : undefined;
}

/** Whether the number is what the text says: a whole one exactly, another one as near as 17 digits tell. */
function isSame(cell: string, number: number): boolean {
  const [mantissa = "", exponent = ""] = cell.toLowerCase().split("e");
  const plain = mantissa.replace(/\.0*$/, "");
  const digits = plain.replace(/^[+-]/, "").replace(".", "").replace(/^0+/, "").replace(
    plain.includes(".") ? /0+$/ : /$/,
    "",
  );
  if (!Number.isFinite(number)) return false;
  if (digits === "") return number === 0;
  if (number === 0) return false;
  return exponent === "" && !plain.includes(".")
    ? BigInt(plain.replace("+", "")) === BigInt(number)
    : digits.length <= MAX_DIGITS;
}
