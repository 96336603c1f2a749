import { Refusal } from "./refusal.ts";

const MAX_SIZE = 1000;

/** One page of a list. */
export interface Page<T> {
  readonly from: number;
  readonly totalSize: number;
  readonly entries: readonly T[];
}

/**
 * Sorts a list and cuts out the page that a request asks for by `from`, `size`, `sortBy` and `sortOrder`.
 *
 * @param keys What can be sorted by, and how an entry says it; the first is the default.
 * @throws {Refusal} 400 for a number that is none or out of range, or an unknown order.
 */
export function readPage<T>(
  query: URLSearchParams,
  entries: readonly T[],
  keys: Readonly<Record<string, (entry: T) => string | number>>,
): Page<T> {
  const from = wholeNumber(query, "from", 0, Number.MAX_SAFE_INTEGER);
  const size = wholeNumber(query, "size", 100, MAX_SIZE);
  const keyOf = choice(query, "sortBy", keys);
  const sign = choice(query, "sortOrder", { desc: -1, asc: 1 });
  const sorted = entries.toSorted((a, b) => {
    const [one, other] = [keyOf(a), keyOf(b)];
    return sign * (one < other ? -1 : one > other ? 1 : 0);
  });
  return { from, totalSize: entries.length, entries: sorted.slice(from, from + size) };
}

/**
 * A parameter that is `true` or `false`; `false` when absent.
 *
 * @throws {Refusal} 400 for anything else.
 */
export function readFlag(query: URLSearchParams, name: string): boolean {
  return choice(query, name, { false: false, true: true });
}

function wholeNumber(query: URLSearchParams, name: string, standard: number, max: number): number {
  const text = query.get(name) ?? String(standard);
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) throw new Refusal(400, `${name} must be a whole number from 0 to ${max}`);
  return value;
}

function choice<T>(query: URLSearchParams, name: string, choices: Readonly<Record<string, T>>): T {
  const names = Object.keys(choices);
  const given = query.get(name) ?? names[0]!;
  const found = Object.entries(choices).find(([name]) => name === given);
  if (!found) throw new Refusal(400, `${name} must be one of ${names.join(", ")}`);
  return found[1];
}
