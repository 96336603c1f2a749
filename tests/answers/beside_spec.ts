import { ELSEWHERE } from "./answer.ts";
import type { Responses } from "./responses.ts";

/** The API's errors that come wherever a credential is asked for. */
const API_ERRORS: Responses = {
  "401": component("Unauthorized"),
  "403": component("Forbidden"),
  "404": component("NotFound"),
  "429": component("TooManyRequests"),
};

/** What any server may answer to what it can't read, before it looks for an operation. */
const UNREADABLE = ["400", "408", "413", "417", "431"];

const ERROR = component("BadRequest");
const XML = { content: { "application/xml": { schema: text("<Error><Code>\\w+</Code><Message>[^<]+</Message>") } } };

/** Comes with a 405 (RFC 9110, 15.5.6). */
const ALLOW = { Allow: { required: true, schema: text("^(GET|POST)$") } };

/**
 * What is known of the emulator's answers where the spec is silent, for it describes what the client calls; by host and
 * operation.
 *
 * One file group is on the vendor's page on file groups, 405 and 404 in its table of errors, 307 for unknown paths was
 * seen. The keys are a JWK set (RFC 7517, 5) without a private member (RFC 7518, 6). The file host is S3, whose errors
 * are XML (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
 */
export const BESIDE_SPEC: Readonly<Record<string, Readonly<Record<string, Responses>>>> = {
  api: {
    getFileGroup: {
      ...API_ERRORS,
      "406": component("NotAcceptable"),
      "200": json({
        type: "object",
        required: ["name", "description", "fields"],
        properties: {
          name: { type: "string" },
          description: { type: "string" },
          fields: { type: "array", items: { $ref: "#/components/schemas/FileGroupField" } },
        },
      }),
    },
    [ELSEWHERE]: {
      ...all(UNREADABLE, ERROR),
      ...API_ERRORS,
      "307": {
        ...component("UnknownPath"),
        headers: { Location: { required: true, schema: { type: "string", format: "uri" } } },
      },
      "405": { ...ERROR, headers: ALLOW },
    },
  },
  auth0: {
    jwks: {
      "200": json({
        type: "object",
        required: ["keys"],
        properties: {
          keys: {
            type: "array",
            items: {
              type: "object",
              required: ["kty", "kid", "use", "alg"],
              properties: all(["kty", "kid", "use", "alg", "n", "e", "crv", "x", "y"], { type: "string" }),
            },
          },
        },
      }),
    },
    [ELSEWHERE]: { ...all([...UNREADABLE, "404"], ERROR), "405": { ...ERROR, headers: ALLOW } },
  },
  files: {
    fetchLink: {
      ...all(["400", "403", "404"], XML),
      "200": {
        content: { "binary/octet-stream": {} },
        headers: { "Content-Disposition": { required: true, schema: text("^attachment") } },
      },
    },
    [ELSEWHERE]: { ...all([...UNREADABLE, "403"], XML), "405": { ...XML, headers: ALLOW } },
  },
};

/** A response of the host's own spec. */
function component(name: string): { readonly $ref: string } {
  return { $ref: `#/components/responses/${name}` };
}

function json(schema: Readonly<Record<string, unknown>>): Responses[string] {
  return { content: { "application/json": { schema } } };
}

function text(pattern: string): { readonly type: "string"; readonly pattern: string } {
  return { type: "string", pattern };
}

function all<T>(names: readonly string[], one: T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, one]));
}
