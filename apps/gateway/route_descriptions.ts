import type { DescribeRouteOptions, ResponsesWithResolver } from "hono-openapi";

/** A client shows its secret as Basic, or in the form. */
const CLIENT: DescribeRouteOptions["security"] = [{ client: [] }, {}];

const METADATA = json("The metadata.", "Metadata");

const UNAVAILABLE = { "503": later("the service behind this gateway cannot be used") };

/** What is answered wherever a token is shown. */
const FORWARDED: ResponsesWithResolver = {
  "2XX": { description: "The API's answer.", content: { "*/*": {} } },
  "3XX": { description: "The API's answer. Redirects are not followed." },
  "401": refusal("`invalid_token`: the token is missing, wrong, expired or revoked."),
  "403": refusal("`insufficient_scope`: the token is good for something else; or the API's answer."),
  ...UNAVAILABLE,
};

/** What each route is told of in the OpenAPI document. */
export const ROUTES = {
  token: {
    ...tokenRoute("getToken", "Get a token."),
    description:
      "OAuth 2 client credentials (RFC 6749, 4.4). Id and secret come as Basic, or in the form; never both, " +
      "and never in the address.\n\nThe token is this gateway's own, good for `/api/*` here as far as its scope goes.",
  },
  tokenAlias: tokenRoute("getTokenAlias", "The same as `POST /token`, where some ready-made clients look for it."),
  revoke: {
    operationId: "revokeToken",
    tags: ["tokens"],
    summary: "Give a token back.",
    description: "Revokes a token of the client's own (RFC 7009): within 5 s no process of this gateway accepts it.",
    security: CLIENT,
    requestBody: form("RevocationRequest"),
    responses: {
      "200": { description: "It is revoked, or was not a token. The body is empty." },
      "400": refusal("`invalid_request`: the form is wrong, or the token is another client's."),
      ...failures(),
      ...UNAVAILABLE,
    },
  },
  file: {
    operationId: "getFile",
    tags: ["files"],
    summary: "Read files of the XSignals API.",
    description: "Forwards `GET /file/*`, with its query, to the API with the account's credential and streams the " +
      "answer back. Nothing else of the API can be reached.\n\nOf the caller's headers only `Accept`, " +
      "`Accept-Language`, `Range` and the conditional ones go on.",
    security: [{ token: ["files:read"] }],
    parameters: [{
      name: "path",
      in: "path",
      required: true,
      description: "What follows `/file/` at the API, slashes included.",
      schema: { type: "string" },
      example: "group",
    }],
    responses: {
      ...FORWARDED,
      "404": refusal("The path is not one of `/api/file/*`, or the API answered 404."),
      "4XX": { description: "The API's answer; 400 for an address over 4,096 characters." },
    },
  },
  series: {
    ...seriesRoute("queryTimeSeries", "Read time series of the XSignals API.", "`POST /ts`"),
    requestBody: {
      required: true,
      description: "A query as the API takes it, a JSON object of at most 65,536 bytes. It is written anew.",
      content: { "application/json": { schema: { type: "object" } } },
    },
  },
  symbols: seriesRoute("searchSymbols", "Find the symbols of time series.", "`GET /ts/symbol/search`"),
  metadata: publicRoute("getMetadata", "Read what a ready-made client needs to configure itself.", METADATA),
  metadataAlias: publicRoute("getMetadataAlias", "The same, where OpenID Connect's clients look for it.", METADATA),
  health: publicRoute("getHealth", "Ask whether the process is alive.", json("It is.", "State"), "state"),
  readiness: publicRoute(
    "getReadiness",
    "Ask whether the gateway works. It tries what is not known to work: the account, and the store.",
    json("It works.", "State"),
    "state",
    { "503": json("It does not work.", "State") },
  ),
  openApi: publicRoute("getOpenApi", "Read this reference as an OpenAPI document.", {
    description: "The document.",
    content: { "application/json": { schema: { type: "object" } } },
  }),
  page: publicRoute("getPage", "Read the page for people.", {
    description: "The page.",
    content: { "text/html": { schema: { type: "string" } } },
  }),
} satisfies Record<string, DescribeRouteOptions>;

function seriesRoute(operationId: string, summary: string, what: string): DescribeRouteOptions {
  return {
    operationId,
    tags: ["time series"],
    summary,
    description:
      `Forwards ${what}, with its query, to the API with the account's credential and streams the answer back.`,
    security: [{ token: ["series:read"] }],
    responses: {
      ...FORWARDED,
      "4XX": { description: "The API's answer; 413 and 415 for a body that is too large, or not JSON." },
    },
  };
}

function tokenRoute(operationId: string, summary: string): DescribeRouteOptions {
  const limit = (description: string) => ({ description, schema: { type: "string" as const } });
  return {
    operationId,
    tags: ["tokens"],
    summary,
    security: CLIENT,
    requestBody: form("TokenRequest"),
    responses: {
      "200": {
        ...json("A token.", "Token"),
        headers: {
          "RateLimit-Policy": limit("How many tokens the client may ask for, and in how many seconds."),
          "RateLimit": limit("How many are left, and for how many seconds."),
        },
      },
      "400": refusal("`invalid_request`, `unsupported_grant_type` or `invalid_scope`: the form is wrong."),
      ...failures(),
      ...UNAVAILABLE,
    },
  };
}

/** A route that anybody may ask with GET. */
function publicRoute(
  operationId: string,
  summary: string,
  answer: ResponsesWithResolver[string],
  tag = "discovery",
  others: ResponsesWithResolver = {},
): DescribeRouteOptions {
  const wrongMethod = refusal("Another method than GET and HEAD; `Allow` names the right ones.");
  return {
    operationId,
    tags: [tag],
    summary,
    security: [],
    responses: { "200": answer, "405": wrongMethod, ...others },
  };
}

/** What goes wrong wherever a client shows its secret. */
function failures(): ResponsesWithResolver {
  return {
    "401": refusal("`invalid_client`: the id or the secret is missing, wrong or expired."),
    "413": refusal("`invalid_request`: the body is over 8,192 bytes."),
    "429": later("there were too many requests"),
  };
}

function form(shape: string): NonNullable<DescribeRouteOptions["requestBody"]> {
  return { required: true, content: { "application/x-www-form-urlencoded": { schema: reference(shape) } } };
}

function json(description: string, shape: string): ResponsesWithResolver[string] {
  return { description, content: { "application/json": { schema: reference(shape) } } };
}

function refusal(description: string): ResponsesWithResolver[string] {
  return json(description, "Refusal");
}

/** A refusal that waiting helps against. */
function later(why: string): ResponsesWithResolver[string] {
  const seconds = { description: "How many seconds to wait.", schema: { type: "integer" as const, minimum: 1 } };
  return {
    ...refusal(`\`temporarily_unavailable\`: ${why}. Try again after the seconds in \`Retry-After\`.`),
    headers: { "Retry-After": seconds },
  };
}

function reference(shape: string): { $ref: string } {
  return { $ref: `#/components/schemas/${shape}` };
}
