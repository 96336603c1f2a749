import { parse } from "yaml";
import { BESIDE_SPEC } from "./beside_spec.ts";
import type { Reference, ResponseParts, Responses, Schema } from "./responses.ts";

/** An OpenAPI document, as far as it is read here. */
interface Spec {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { operationId?: string; responses?: Responses }>>>>;
  readonly components: Readonly<Record<string, unknown>>;
}

/** Everything that is documented: the hosts' schemas, and their answers by operation and status. */
export interface Documented {
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly answers: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, ResponseParts>>>>>>;
}

/**
 * Reads what is documented of the answers.
 *
 * @param sources The text of each host's spec.
 * @returns It, with the spec's answers and {@link BESIDE_SPEC}, no reference left but those to schemas: they are
 *   `HOST#/components/schemas/NAME`.
 */
export function readDocumented(sources: Readonly<Record<string, string>>): Documented {
  const schemas: Record<string, Schema> = {};
  const answers: Record<string, Record<string, Record<string, ResponseParts>>> = {};
  for (const [host, beside] of Object.entries(BESIDE_SPEC)) {
    const source = sources[host];
    const spec: Spec = source === undefined ? { paths: {}, components: {} } : parse(source);
    const operations = Object.values(spec.paths).flatMap((item) => Object.values(item))
      .flatMap(({ operationId, responses }) => operationId && responses ? [[operationId, responses] as const] : []);
    const all = [...operations, ...Object.entries(beside)];
    answers[host] = Object.fromEntries(all.map(([id, responses]) => [id, pointing(host, follow(spec, responses))]));
    schemas[host] = pointing(host, { components: { schemas: spec.components.schemas ?? {} } });
  }
  return { schemas, answers };
}

function follow(spec: Spec, responses: Responses): Record<string, ResponseParts> {
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => {
      const { content, headers = {} } = dereferenced(spec, response);
      const followed = Object.entries(headers).map(([name, header]) => [name, dereferenced(spec, header)]);
      return [status, { content, headers: Object.fromEntries(followed) }];
    }),
  );
}

function dereferenced<T extends object>(spec: Spec, { $ref, ...rest }: T & Reference): Omit<T & Reference, "$ref"> {
  if ($ref === undefined) return rest;
  const found = $ref.split("/").slice(1).reduce<unknown>((value, name) => Object(value)[name], spec);
  if (found === undefined) throw new TypeError(`Cannot read the spec: there is no ${$ref}`);
  return { ...Object(found), ...rest };
}

/** The same with the host in each reference. */
function pointing<T>(host: string, value: T): T {
  return JSON.parse(JSON.stringify(value), (key, one) => key === "$ref" ? `${host}${one}` : one);
}
