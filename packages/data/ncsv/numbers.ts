// Numbers, strictly.

/** What a double holds as it is written, for sure: at most 15 digits, and no exponent. */
const SHORT = /^[+-]?(?=.{1,15}$)(?:\d+\.?\d*|\.\d+)$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** The most digits that two neighbouring doubles need to be told apart. */
const MAX_DIGITS = 17;

/** Reads a cell of numbers: `null` if it is empty, `undefined` if it is not a number or would not be the same one. */
export function numberOf(cell: string): number | null | undefined {
  if (cell === "") return null;
  if (cell === "NaN") return NaN;
  const number = Number(cell);
  return SHORT.test(cell) || (NUMBER.test(cell) && isSame(cell, number)) ? number : undefined;
}

/** Whether the number is what the text says: a whole one exactly, another one as near as 17 digits tell. */
function isSame(cell: string, number: number): boolean {
  if (!Number.isFinite(number)) return false;
  const [mantissa = "", exponent = ""] = cell.toLowerCase().replace("+", "").split("e");
  const plain = mantissa.replace(/\.0*$/, "");
  if (exponent === "" && /^-?\d+$/.test(plain)) return BigInt(plain) === BigInt(number);
  const digits = plain.replace(/[-.]/g, "").replace(/^0+/, "");
  const places = plain.includes(".") ? digits.replace(/0+$/, "").length : digits.length;
  return places <= MAX_DIGITS && (number === 0) === (digits === "");
}
