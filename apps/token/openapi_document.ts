import type { Hono } from "hono";
import { generateSpecs } from "hono-openapi";
import type { AppEnv } from "./app_env.ts";
import { SCOPE } from "./gateway_token.ts";
import { openApiSchemas } from "./openapi_schemas.ts";

/** The app's OpenAPI document. */
export type OpenApiDocument = Awaited<ReturnType<typeof generateSpecs>>;

/** What {@link openApiDocument} takes. */
export interface OpenApiOptions {
  /** Whether tokens are the app's own. */
  readonly isGateway: boolean;
  /** The app's origin as its clients reach it; without it, addresses are relative to the document's. */
  readonly issuer?: string;
}

/**
 * Makes the reader of the OpenAPI document that is made from the app's routes, when it is first asked for.
 *
 * @param app The app; a route that is not described is not in the document.
 */
export function openApiDocument(
  app: Hono<AppEnv>,
  { isGateway, issuer }: OpenApiOptions,
): () => Promise<OpenApiDocument> {
  let document: Promise<OpenApiDocument> | undefined;
  return () =>
    document ??= generateSpecs(app, {
      excludeStaticFile: false,
      documentation: {
        info: {
          title: "XSignals token app",
          version: "0.1.0",
          summary: "Tokens for programs that share one XSignals account.",
          description: "Every refusal is JSON with `error` and `error_description`. Nothing may be cached, and every " +
            "answer has an `X-Request-Id`, which the operator finds in the log.",
          license: { name: "MIT", identifier: "MIT" },
        },
        servers: [{ url: issuer ?? "/", description: "This app." }],
        tags: [
          { name: "tokens", description: "Getting tokens" + (isGateway ? ", and giving them back." : ".") },
          ...(isGateway ? [{ name: "files", description: "What tokens are for." }] : []),
          { name: "discovery", description: "What this app is and has." },
          { name: "state", description: "Whether it works. Nothing here is told of the account." },
        ],
        components: {
          schemas: openApiSchemas(isGateway, issuer !== undefined),
          securitySchemes: {
            client: { type: "http", scheme: "basic", description: "The client's id and secret (RFC 6749, 2.3.1)." },
            ...(isGateway
              ? {
                token: {
                  type: "oauth2",
                  description: "A token of this app's own, as `Authorization: Bearer`.",
                  flows: {
                    clientCredentials: {
                      tokenUrl: `${issuer ?? ""}/token`,
                      scopes: { [SCOPE]: "Reading files of the API." },
                    },
                  },
                },
              }
              : {}),
          },
        },
      },
    });
}
