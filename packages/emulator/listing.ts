import { ErrorAnswer } from "./error_answer.ts";
import type { Assumptions } from "./assumptions.ts";
import type { State, StoredFile, StoredGroup } from "./state.ts";

const MAX_SIZE = 1000;

/** How the value of a condition is compared with a text. */
const FITS: Readonly<Record<Assumptions["queryMatch"], (value: string, text: string) => boolean>> = {
  exact: like,
  loose: (value, text) => contains(text, value),
  tokens: (value, text) => !words(value).isDisjointFrom(words(text)),
};

/** One page of a list. */
export interface Page<T> {
  readonly from: number;
  readonly totalSize: number;
  readonly entries: readonly T[];
}

/**
 * Sorts a list and cuts out the page that a request asks for with `from`, `size`, `sortBy` and `sortOrder`.
 *
 * @param keys The sort keys, and how to get each from an entry; the first is the default.
 * @throws {ErrorAnswer} 400 for a wrong number, an unknown order, or a page that is deeper than assumed to be possible.
 */
export function readPage<T>(
  { log, settings: { assumptions } }: State,
  query: URLSearchParams,
  entries: readonly T[],
  keys: Readonly<Record<string, (entry: T) => string | number>>,
): Page<T> {
  const { from, size } = readRange(query, assumptions, 100);
  const keyOf = choice(query, "sortBy", keys);
  const sign = choice(query, "sortOrder", { desc: -1, asc: 1 });
  const sorted = (assumptions.tieOrder === "random" ? shuffled(entries, log.length) : entries).toSorted((a, b) => {
    const [one, other] = [keyOf(a), keyOf(b)];
    return sign * (one < other ? -1 : one > other ? 1 : 0);
  });
  return { from, totalSize: entries.length, entries: sorted.slice(from, from + size) };
}

/**
 * Which entries of a list a request asks for with `from` and `size`.
 *
 * @param standard The size if the request names none.
 * @throws {ErrorAnswer} 400 for a wrong number, or a page that is deeper than assumed to be possible.
 */
export function readRange(
  query: URLSearchParams,
  { deepPaging }: Assumptions,
  standard: number,
): { readonly from: number; readonly size: number } {
  const from = wholeNumber(query, "from", 0, Number.MAX_SAFE_INTEGER);
  const size = wholeNumber(query, "size", standard, MAX_SIZE);
  if (deepPaging !== "none" && from + size > deepPaging) {
    throw new ErrorAnswer(400, `from and size must be at most ${deepPaging} together`);
  }
  return { from, size };
}

/**
 * A parameter that is `true` or `false`; `false` when absent.
 *
 * @throws {ErrorAnswer} 400 for anything else.
 */
export function readFlag(query: URLSearchParams, name: string): boolean {
  return choice(query, name, { false: false, true: true });
}

/**
 * Whether a file fits a `query` of the file search. The query has conditions such as `groupName=A`, joined with `&`, and
 * all must hold. The keys are those of the vendor's SDK; any other key is the name of a metadata field. A condition
 * without `=` is searched in names and metadata. `match` says how a value is compared.
 */
export function fitsFile(query: string, file: StoredFile, match: Assumptions["queryMatch"]): boolean {
  const fits = FITS[match];
  return query.split("&").filter((condition) => condition !== "").every((condition) => {
    const [key, value] = split(condition);
    if (key === undefined) return [file.fileName, file.groupName, ...values(file)].some((one) => contains(one, value));
    switch (key) {
      case "name":
        return fits(value, file.fileName);
      case "groupName":
        return fits(value, file.groupName);
      case "type":
        return fits(value, file.fileType);
      case "uuid":
        return value === file.fid;
    }
    const name = key.replace(/^fields\./, "");
    return Object.hasOwn(file.fields, name) && fits(value, String(file.fields[name]));
  });
}

/** Whether a group fits a `query` of the group list: `name=A`, or text in its name, description or fields. */
export function fitsGroup(query: string, group: StoredGroup): boolean {
  const [key, value] = split(query);
  if (key === "name") return like(value, group.name);
  const texts = [group.name, group.description, ...group.fields.map(({ name }) => name)];
  return texts.some((text) => contains(text, query));
}

function wholeNumber(query: URLSearchParams, name: string, standard: number, max: number): number {
  const text = query.get(name) ?? String(standard);
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) throw new ErrorAnswer(400, `${name} must be a whole number from 0 to ${max}`);
  return value;
}

function choice<T>(query: URLSearchParams, name: string, choices: Readonly<Record<string, T>>): T {
  const names = Object.keys(choices);
  const given = query.get(name) ?? names[0]!;
  const found = Object.entries(choices).find(([name]) => name === given);
  if (!found) throw new ErrorAnswer(400, `${name} must be one of ${names.join(", ")}`);
  return found[1];
}

/** The key and the value of a condition; one without `=` has no key. */
export function split(condition: string): [key: string | undefined, value: string] {
  const at = condition.indexOf("=");
  return at < 0 ? [undefined, condition] : [condition.slice(0, at), condition.slice(at + 1)];
}

function values(file: StoredFile): string[] {
  return Object.values(file.fields).map(String);
}

function contains(text: string, part: string): boolean {
  return like(`*${part.toLowerCase()}*`, text.toLowerCase());
}

function words(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}_]+/gu));
}

/** The entries in an order that the seed decides. */
function shuffled<T>(entries: readonly T[], seed: number): T[] {
  const all = [...entries];
  let random = seed + 1;
  for (let end = all.length; end > 1; end--) {
    random = random * 48_271 % 2_147_483_647; // Park and Miller's generator.
    const at = random % end;
    [all[end - 1], all[at]] = [all[at]!, all[end - 1]!];
  }
  return all;
}

/** Whether a text matches a pattern in which `*` stands for any characters. Takes time linear in the text's length. */
export function like(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (parts.length === 1) return text === pattern;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
