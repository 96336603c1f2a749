import type { MediaType, Responses } from "./documented.ts";
import { ELSEWHERE } from "./judge.ts";

/** The API's errors that come wherever a credential is asked for. */
const API_ERRORS = {
  "401": component("Unauthorized"),
  "403": component("Forbidden"),
  "404": component("NotFound"),
  "429": component("TooManyRequests"),
};

/** What any server may answer to what it can't read, before it looks for an operation. */
const UNREADABLE = ["400", "408", "413", "417", "431"];

const STRING = { type: "string" };
const ERROR = component("BadRequest");
const XML = { content: { "application/xml": { schema: pattern("<Error><Code>\\w+</Code><Message>[^<]+</Message>") } } };

/** What ranges and conditions get (RFC 9110, 15.3.7, 15.4.5, 15.5.13 and 15.5.17). */
const FILE = { content: { "*/*": {} } };
const PART = { ...FILE, headers: { "Content-Range": { required: true, schema: pattern("^bytes \\d+-\\d+/\\d+$") } } };
const BEYOND = { headers: { "Content-Range": { required: true, schema: pattern("^bytes \\*/\\d+$") } } };
const UNCHANGED = {};

/** Comes with a 405 (RFC 9110, 15.5.6). */
const ALLOW = { Allow: { required: true, schema: pattern("^(GET|POST)$") } };

/**
 * What is known of the emulator's answers where the spec is silent, for it describes what the client calls; by host and
 * operation.
 *
 * 405 and 404 are in the vendor's table of errors, 307 for unknown paths was seen. The keys are a JWK set (RFC 7517, 5)
 * without a private member (RFC 7518, 6). The file host is S3, whose errors are XML
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
 */
export const BESIDE_SPEC: Readonly<Record<string, Readonly<Record<string, Responses>>>> = {
  api: {
    downloadFile: { "304": UNCHANGED, "412": ERROR },
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
        keys: {
          type: "array",
          items: {
            type: "object",
            required: ["kty", "kid", "use", "alg"],
            properties: all(["kty", "kid", "use", "alg", "n", "e", "crv", "x", "y"], STRING),
          },
        },
      }),
    },
    [ELSEWHERE]: { ...all([...UNREADABLE, "404"], ERROR), "405": { ...ERROR, headers: ALLOW } },
  },
  files: {
    fetchLink: {
      ...all(["400", "403", "404", "412"], XML),
      "206": PART,
      "304": UNCHANGED,
      "416": { ...XML, ...BEYOND },
      "200": {
        content: { "binary/octet-stream": {} },
        headers: { "Content-Disposition": { required: true, schema: pattern("^attachment") } },
      },
    },
    [ELSEWHERE]: { ...all([...UNREADABLE, "403"], XML), "405": { ...XML, headers: ALLOW } },
  },
};

/** A response of the host's own spec. */
function component(name: string): { readonly $ref: string } {
  return { $ref: `#/components/responses/${name}` };
}

/** An object with all these members. */
function json(properties: Readonly<Record<string, object>>): { readonly content: Record<string, MediaType> } {
  return {
    content: { "application/json": { schema: { type: "object", required: Object.keys(properties), properties } } },
  };
}

function pattern(text: string): { readonly type: "string"; readonly pattern: string } {
  return { type: "string", pattern: text };
}

function all<T>(names: readonly string[], one: T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, one]));
}
