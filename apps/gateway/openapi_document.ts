import type { Hono } from "hono";
import { generateSpecs } from "hono-openapi";
import type { AppEnv } from "./log.ts";

/** A member of a JSON object, or a parameter of a form. */
type Member =
  & { description: string; const?: string; enum?: string[]; format?: string; minimum?: number }
  & ({ type: "string" | "integer" } | { type: "array"; items: { type: "string" } });

/** The shape of a JSON object or of a form. */
interface Shape {
  type: "object";
  description: string;
  required: string[];
  properties: Record<string, Member>;
}

/**
 * Makes the reader of the gateway's OpenAPI document. The document is made from the routes when somebody first asks for it.
 *
 * @param app The app; a route that is not described is not in the document.
 * @param issuer The gateway's origin as its clients reach it; without it, addresses are relative to the document's.
 */
export function openApiDocument(app: Hono<AppEnv>, issuer?: string): () => ReturnType<typeof generateSpecs> {
  let document: ReturnType<typeof generateSpecs> | undefined;
  return () =>
    document ??= generateSpecs(app, {
      excludeStaticFile: false,
      documentation: {
        info: {
          title: "XSignals gateway",
          version: "0.1.0",
          summary: "Files and time series of the XSignals API, for programs that share one account.",
          description: "Every refusal is JSON with `error` and `error_description`. Nothing may be cached, and every " +
            "answer has an `X-Request-Id`, which the operator finds in the log.",
          license: { name: "MIT", identifier: "MIT" },
        },
        servers: [{ url: issuer ?? "/", description: "This gateway." }],
        tags: [
          { name: "tokens", description: "Getting tokens, and giving them back." },
          { name: "files", description: "What tokens with `files:read` are for." },
          { name: "time series", description: "What tokens with `series:read` are for." },
          { name: "discovery", description: "What this gateway is and has." },
          { name: "state", description: "Whether it works. Nothing here tells of the account." },
        ],
        components: {
          schemas: schemas(issuer !== undefined),
          securitySchemes: {
            client: { type: "http", scheme: "basic", description: "The client's id and secret (RFC 6749, 2.3.1)." },
            token: {
              type: "oauth2",
              description: "A token of this gateway's own, as `Authorization: Bearer`.",
              flows: {
                clientCredentials: {
                  tokenUrl: `${issuer ?? ""}/token`,
                  scopes: { "files:read": "Reading files.", "series:read": "Reading time series." },
                },
              },
            },
          },
        },
      },
    });
}

function schemas(hasMetadata: boolean): Record<string, Shape> {
  const client = {
    client_id: text("The client's id, unless it comes as Basic."),
    client_secret: text("The client's secret, unless it comes as Basic."),
  };
  return {
    TokenRequest: shape(
      "What a client sends for a token. An empty parameter counts as left out. Unknown parameters are ignored.",
      { grant_type: text("Always `client_credentials`.", { const: "client_credentials" }) },
      { scope: text("Some of the client's scopes, with spaces between. Left out: all that it has."), ...client },
    ),
    Token: shape("A token (RFC 6749, 5.1). Never a refresh token.", {
      access_token: text("The token. A secret: keep it out of logs and addresses."),
      token_type: text("Always `Bearer`.", { const: "Bearer" }),
      expires_in: { type: "integer", minimum: 0, description: "How many seconds it has left." },
      scope: text("What it is good for: `files:read`, `series:read`, or both."),
    }),
    RevocationRequest: shape("What a client sends to give a token back.", { token: text("The token.") }, {
      token_type_hint: text("Ignored: there is one type."),
      ...client,
    }),
    ...(hasMetadata ? { Metadata: metadataShape() } : {}),
    State: shape("What a probe is told.", {
      status: text("`ok`, `ready` or `not ready`.", { enum: ["ok", "ready", "not ready"] }),
    }),
    Refusal: shape("Why a request was refused (RFC 6749, 5.2).", {
      error: text("What kind of refusal it is; for programs."),
      error_description: text("What could not be done, and why; for people."),
    }),
  };
}

function metadataShape(): Shape {
  const list = (description: string): Member => ({ type: "array", items: { type: "string" }, description });
  return shape("What ready-made clients ask for to configure themselves (RFC 8414, 2).", {
    issuer: text("This gateway's origin.", { format: "uri" }),
    token_endpoint: text("The address of `POST /token`.", { format: "uri" }),
    token_endpoint_auth_methods_supported: list("How a client may prove who it is."),
    grant_types_supported: list("Only `client_credentials`."),
    response_types_supported: list("Empty: nobody logs in here."),
    scopes_supported: list("What tokens may be good for; not every client has all."),
    revocation_endpoint: text("The address of `POST /revoke`.", { format: "uri" }),
    revocation_endpoint_auth_methods_supported: list("How a client may prove who it is."),
  });
}

function shape(description: string, needed: Record<string, Member>, optional: Record<string, Member> = {}): Shape {
  return { type: "object", description, required: Object.keys(needed), properties: { ...needed, ...optional } };
}

function text(description: string, more: Pick<Member, "const" | "enum" | "format"> = {}): Member {
  return { type: "string", description, ...more };
}
