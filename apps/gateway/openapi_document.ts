// The gateway's OpenAPI document, with the gateway's own address.
import document from "./openapi.json" with { type: "json" };

/**
 * The gateway's OpenAPI document: `openapi.json`, with the gateway's own addresses. Without an issuer they are relative to
 * the document's, and it leaves out the metadata.
 */
export function openApiDocument(issuer?: string): object {
  return issuer === undefined ? withoutMetadata() : at(issuer);
}

function at(origin: string): object {
  const { token, ...others } = document.components.securitySchemes;
  const { clientCredentials } = token.flows;
  const flows = { clientCredentials: { ...clientCredentials, tokenUrl: origin + clientCredentials.tokenUrl } };
  return {
    ...document,
    servers: document.servers.map((server) => ({ ...server, url: origin })),
    components: { ...document.components, securitySchemes: { ...others, token: { ...token, flows } } },
  };
}

function withoutMetadata(): object {
  const { paths, components } = document;
  const [responses, schemas] = [components.responses, components.schemas].map((one) => without(one, /^Metadata$/));
  return { ...document, paths: without(paths, /^\/\.well-known\//), components: { ...components, responses, schemas } };
}

function without(members: object, name: RegExp): object {
  return Object.fromEntries(Object.entries(members).filter(([one]) => !name.test(one)));
}
