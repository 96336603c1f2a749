import { SCOPE } from "./gateway_token.ts";

/** A member of a JSON object, or a parameter of a form. */
type Member =
  & { description: string; const?: string; enum?: string[]; format?: string; minimum?: number }
  & ({ type: "string" | "integer" } | { type: "array"; items: { type: "string" } });

/** The shape of a JSON object or of a form, as the app's OpenAPI document has it. */
export interface Shape {
  type: "object";
  description: string;
  required: string[];
  properties: Record<string, Member>;
}

/**
 * The shapes of what the app reads and answers, by name.
 *
 * @param isGateway Whether tokens are the app's own: only those have a scope and can be revoked.
 * @param hasMetadata Whether the app tells its metadata.
 */
export function openApiSchemas(isGateway: boolean, hasMetadata: boolean): Record<string, Shape> {
  const text = (description: string, more: Pick<Member, "const" | "enum" | "format"> = {}): Member => ({
    type: "string",
    description,
    ...more,
  });
  const list = (description: string): Member => ({ type: "array", items: { type: "string" }, description });
  const client = {
    client_id: text("The client's id, unless it comes as Basic."),
    client_secret: text("The client's secret, unless it comes as Basic."),
  };
  return {
    TokenRequest: {
      type: "object",
      description: "What a client sends for a token. An empty parameter counts as left out, another one is ignored.",
      required: ["grant_type"],
      properties: {
        grant_type: text("Always `client_credentials`.", { const: "client_credentials" }),
        scope: isGateway
          ? text(`May be left out, or \`${SCOPE}\`.`, { const: SCOPE })
          : text("To be left out: there are no scopes here."),
        ...client,
      },
    },
    Token: {
      type: "object",
      description: "A token (RFC 6749, 5.1). Never a refresh token.",
      required: ["access_token", "token_type", ...(isGateway ? ["expires_in", "scope"] : [])],
      properties: {
        access_token: text("The token. A secret: keep it out of logs and addresses."),
        token_type: text("Always `Bearer`.", { const: "Bearer" }),
        expires_in: {
          type: "integer",
          minimum: 0,
          description: "How many seconds it has left" + (isGateway ? "." : "; left out when nobody knows."),
        },
        ...(isGateway ? { scope: text("What it is good for.", { const: SCOPE }) } : {}),
      },
    },
    ...(isGateway
      ? {
        RevocationRequest: {
          type: "object",
          description: "What a client sends to give a token back.",
          required: ["token"],
          properties: {
            token: text("The token."),
            token_type_hint: text("Ignored: there is one type."),
            ...client,
          },
        } satisfies Shape,
      }
      : {}),
    ...(hasMetadata
      ? {
        Metadata: {
          type: "object",
          description: "What ready-made clients ask for to configure themselves (RFC 8414, 2).",
          required: ["issuer", "token_endpoint"],
          properties: {
            issuer: text("This app's origin.", { format: "uri" }),
            token_endpoint: text("The address of `POST /token`.", { format: "uri" }),
            token_endpoint_auth_methods_supported: list("How a client may prove who it is."),
            grant_types_supported: list("Only `client_credentials`."),
            response_types_supported: list("Empty: nobody logs in here."),
            ...(isGateway
              ? {
                scopes_supported: list(`Only \`${SCOPE}\`.`),
                revocation_endpoint: text("The address of `POST /revoke`.", { format: "uri" }),
                revocation_endpoint_auth_methods_supported: list("How a client may prove who it is."),
              }
              : {}),
          },
        } satisfies Shape,
      }
      : {}),
    State: {
      type: "object",
      description: "What a probe is told.",
      required: ["status"],
      properties: { status: text("`ok`, `ready` or `not ready`.", { enum: ["ok", "ready", "not ready"] }) },
    },
    Refusal: {
      type: "object",
      description: "Why a request was refused (RFC 6749, 5.2).",
      required: ["error", "error_description"],
      properties: {
        error: text("What kind of refusal it is; for programs."),
        error_description: text("What could not be done, and why; for people."),
      },
    },
  };
}
