import type { DescribeRouteOptions, ResponsesWithResolver } from "hono-openapi";

/** The routes of the app. */
export type RouteName =
  | "page"
  | "token"
  | "tokenAlias"
  | "revoke"
  | "file"
  | "metadata"
  | "metadataAlias"
  | "health"
  | "readiness"
  | "openApi";

/** What each route is told of in the app's OpenAPI document. */
export type RouteDescriptions = Readonly<Record<RouteName, DescribeRouteOptions>>;

const WRONG_METHOD = { "405": refusal("Another method than GET and HEAD; `Allow` names the right ones.") };

const UNAVAILABLE = { "503": later("the service behind this app cannot be used") };

/**
 * Describes the routes.
 *
 * @param isGateway Whether tokens are the app's own.
 */
export function routeDescriptions(isGateway: boolean): RouteDescriptions {
  return {
    token: {
      ...tokenRoute("getToken", "Get a token."),
      description:
        "OAuth 2 client credentials (RFC 6749, 4.4). Id and secret come as Basic, or in the form; never both, " +
        "and never in the address.\n\n" + whatToken(isGateway),
    },
    tokenAlias: tokenRoute("getTokenAlias", "The same as `POST /token`, where some ready-made clients look for it."),
    revoke: {
      operationId: "revokeToken",
      tags: ["tokens"],
      summary: "Give a token back.",
      description: "Revokes a token of the client's own (RFC 7009): within 5 s no process of this app accepts it.",
      security: [{ client: [] }, {}],
      requestBody: form("RevocationRequest"),
      responses: {
        "200": { description: "It is revoked, or was no token. The body is empty." },
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
        "2XX": { description: "The API's answer.", content: { "*/*": {} } },
        "3XX": { description: "The API's answer. Redirects are not followed." },
        "401": refusal("`invalid_token`: the token is missing, wrong, expired or revoked."),
        "404": refusal("The path is none of `/api/file/*`; or the API's answer."),
        "4XX": { description: "The API's answer; 400 for an address over 4,096 characters." },
        ...UNAVAILABLE,
      },
    },
    metadata: metadataRoute("getMetadata", "Read what a ready-made client needs to configure itself."),
    metadataAlias: metadataRoute("getMetadataAlias", "The same, where OpenID Connect's clients look for it."),
    health: {
      operationId: "getHealth",
      tags: ["state"],
      summary: "Ask whether the process is alive.",
      security: [],
      responses: { "200": json("It is.", "State"), ...WRONG_METHOD },
    },
    readiness: {
      operationId: "getReadiness",
      tags: ["state"],
      summary: "Ask whether tokens can be had.",
      description: "Goes by the last known state: asking causes no call upstream.",
      security: [],
      responses: {
        "200": json("They can, or nothing is known against it yet.", "State"),
        ...WRONG_METHOD,
        "503": json("They cannot.", "State"),
      },
    },
    openApi: {
      operationId: "getOpenApi",
      tags: ["discovery"],
      summary: "Read this reference as an OpenAPI document.",
      security: [],
      responses: {
        "200": {
          description: "The document.",
          content: { "application/json": { schema: { type: "object" } } },
        },
        ...WRONG_METHOD,
      },
    },
    page: {
      operationId: "getPage",
      tags: ["discovery"],
      summary: "Read the page for people.",
      security: [],
      responses: {
        "200": { description: "The page.", content: { "text/html": { schema: { type: "string" } } } },
        ...WRONG_METHOD,
      },
    },
  };
}

/** What a client should know of the token it gets. */
function whatToken(isGateway: boolean): string {
  return isGateway
    ? "The token is this app's own, good for `GET /api/file/*` here."
    : "The token is **the upstream's own**: whoever has it can do all that the account can, a change of its password " +
      "included, until it expires. It cannot be taken back.";
}

function tokenRoute(operationId: string, summary: string): DescribeRouteOptions {
  const limit = (description: string) => ({ description, schema: { type: "string" as const } });
  return {
    operationId,
    tags: ["tokens"],
    summary,
    security: [{ client: [] }, {}],
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

function metadataRoute(operationId: string, summary: string): DescribeRouteOptions {
  return {
    operationId,
    tags: ["discovery"],
    summary,
    security: [],
    responses: { "200": json("The metadata.", "Metadata"), ...WRONG_METHOD },
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
