import { parse } from "yaml";

/** A JSON schema. */
export type Schema = Readonly<Record<string, unknown>>;

/** What is documented of an answer; without `content`, any body. What stands beside a `$ref` is added to it. */
export interface Documented {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, MediaType>>;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema?: Schema }>>;
}

/** A body of one type. */
export interface MediaType {
  readonly schema?: Schema;
}

/** Answers by status. */
export type Responses = Readonly<Record<string, Documented>>;

/**
 * The answers of a spec's operations, by `operationId` and status, with what its references point to in their place.
 *
 * @param source The text of the spec.
 * @param beside More operations and answers, which may refer to the spec.
 */
export function documentedAnswers(source: string, beside: Readonly<Record<string, Responses>>) {
  const spec = parse(source) ?? {};

  function inlined(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(inlined);
    if (typeof value !== "object" || value === null) return value;
    const { $ref, ...rest }: { readonly $ref?: string } = value;
    const own = Object.fromEntries(Object.entries(rest).map(([name, one]) => [name, inlined(one)]));
    if ($ref === undefined) return own;
    const found = $ref.split("/").slice(1).reduce<unknown>((inner, name) => Object(inner)[name], spec);
    if (found === undefined) throw new TypeError(`Cannot read the spec: there is no ${$ref}`);
    return { ...Object(inlined(found)), ...own };
  }

  const operations = Object.values(spec.paths ?? {}).flatMap((path) => Object.values(Object(path)));
  const own = operations.map(Object).map(({ operationId, responses }) => [operationId, inlined(responses)]);
  const all: Record<string, Responses> = Object.fromEntries(own);
  for (const [operation, answers] of Object.entries<Responses>(Object(inlined(beside)))) {
    all[operation] = { ...all[operation], ...answers };
  }
  return all;
}
