import { parse } from "yaml";

/** An answer that a spec documents, by the first of its examples: the one that a mock gives. */
export interface DocumentedAnswer {
  readonly status: number;
  /** The media type, the first of those listed; absent where no body is documented. */
  readonly type?: string;
  readonly example?: unknown;
}

/** The documented answers of every operation, by `operationId`. */
export function documentedAnswers(spec: string): ReadonlyMap<string, readonly DocumentedAnswer[]> {
  const root: unknown = parse(spec);

  /** A member, behind references where there are any. */
  function at(value: unknown, ...path: readonly (string | number)[]): unknown {
    const ref = member(value, "$ref");
    if (typeof ref === "string") return at(at(root, ...ref.split("/").slice(1)), ...path);
    const [name, ...rest] = path;
    return name === undefined ? value : at(member(value, name), ...rest);
  }

  function answer(status: string, response: unknown): DocumentedAnswer {
    const [[type, media] = []] = entries(at(response, "content"));
    if (type === undefined) return { status: Number(status) };
    const [[, first] = []] = entries(at(media, "examples"));
    const example = at(media, "example") ?? at(first, "value");
    return { status: Number(status), type, ...(example === undefined ? {} : { example }) };
  }

  const operations = entries(at(root, "paths")).flatMap(([, item]) => entries(item)).map(([, operation]) => operation);
  return new Map(
    operations.map((operation) => [
      String(at(operation, "operationId")),
      entries(at(operation, "responses")).map(([status, response]) => answer(status, response)),
    ]),
  );
}

function member(value: unknown, name: string | number): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
