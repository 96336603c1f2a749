import { html } from "hono/html";
import type { OpenApiDocument } from "./openapi_document.ts";
import { type Html, inline, paragraphs, terms } from "./page_prose.ts";

type Operation = NonNullable<NonNullable<OpenApiDocument["paths"][string]>["get"]>;
type Schema = NonNullable<OpenApiDocument["components"]["schemas"]>[string];

const METHODS = ["get", "post"] as const;

/** The shape of all refusals: told once, not with each of them. */
const REFUSAL = "Refusal";

/** The API reference, from the app's OpenAPI document. */
export function apiReference(document: OpenApiDocument): Html[] {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ title: `${method.toUpperCase()} ${path}`, operation }] : [];
    })
  );
  const parts = document.tags.map(({ name, description = "" }) => {
    const own = operations.filter(({ operation }) => operation.tags?.includes(name));
    const articles = own.map(({ title, operation }) => operationPart(title, operation, document));
    return section(`tag-${name}`, name.charAt(0).toUpperCase() + name.slice(1), description, articles);
  });
  const shapes = Object.entries(document.components.schemas ?? {}).map(([name, schema]) => shapePart(name, schema));
  return [
    html`<p>${inline(document.info.description)} See ${link(REFUSAL)}.</p>`,
    ...parts,
    section("shapes", "Shapes", "What is sent as a form, and what comes back as JSON.", shapes),
  ];
}

function section(id: string, title: string, description: string, articles: Html[]): Html {
  return html`
    <section aria-labelledby="${id}">
      <h3 id="${id}">${title}</h3>
      <p>${inline(description)}</p>
      ${articles}
    </section>
  `;
}

function article(id: string, title: string, parts: (Html | Html[])[]): Html {
  return html`
    <article aria-labelledby="${id}">
      <h4 id="${id}"><code>${title}</code></h4>
      ${parts}
    </article>
  `;
}

function operationPart(title: string, operation: Operation, document: OpenApiDocument): Html {
  const { operationId = "", summary = "", description, requestBody, parameters = [], responses = {} } = operation;
  const form = requestBody && "content" in requestBody ? shapeIn(requestBody) : undefined;
  const members = parameters.flatMap((one) =>
    "$ref" in one ? [] : [{ term: one.name, text: inline(one.description ?? "") }]
  );
  const answers = Object.entries(responses).sort(([one], [other]) => one < other ? -1 : 1).flatMap(
    ([status, answer]) => {
      if ("$ref" in answer) return [];
      const shape = shapeIn(answer);
      const seeShape = shape === undefined || shape === REFUSAL ? [] : [html`
        ${link(shape)}
      `];
      return [{ term: status, text: [...inline(answer.description), ...seeShape] }];
    },
  );
  return article(operationId, title, [
    html`<p class="summary">${inline(summary)}</p>`,
    ...(description === undefined ? [] : paragraphs(description)),
    html`<p>${label("Needs")} ${needs(operation, document)}</p>`,
    ...(form === undefined ? [] : [html`<p>${label("Form")} ${link(form)}</p>`]),
    ...(members.length === 0 ? [] : [html`<p>${label("Parameters")}</p>`, terms("members", members)]),
    html`<p>${label("Answers")}</p>`,
    terms("answers", answers),
  ]);
}

/** What a caller has to show. */
function needs({ security = [] }: Operation, { components }: OpenApiDocument): Html[] {
  const names = security.flatMap(Object.keys);
  if (names.length === 0) return inline("Nothing.");
  return names.flatMap((name) => {
    const scheme = components.securitySchemes?.[name];
    return scheme === undefined || "$ref" in scheme ? [] : inline(scheme.description ?? name);
  });
}

function shapePart(name: string, { description = "", properties = {}, required = [] }: Schema): Html {
  const members = Object.entries(properties).map(([term, { description = "" }]) => ({
    term,
    text: required.includes(term) ? inline(description) : [
      html`
        ${label("Optional.")}
      `,
      ...inline(description),
    ],
  }));
  return article(`shape-${name}`, name, [...paragraphs(description), terms("members", members)]);
}

/** The name of the shape that something is made of. */
function shapeIn({ content = {} }: { content?: Record<string, { schema?: object }> }): string | undefined {
  const schema = Object.values(content)[0]?.schema;
  return schema && "$ref" in schema ? String(schema.$ref).split("/").at(-1) : undefined;
}

function link(shape: string): Html {
  return html`<a href="#shape-${shape}"><code>${shape}</code></a>`;
}

function label(text: string): Html {
  return html`<span class="label">${text}</span>`;
}
