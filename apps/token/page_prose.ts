import { html } from "hono/html";

/** A piece of a page, escaped. */
export type Html = ReturnType<typeof html>;

/** Text in one line, in which `…` is code and **…** matters. */
export function inline(text: string): Html[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith("`")) return html`<code>${part.slice(1, -1)}</code>`;
    if (part.startsWith("**")) return html`<strong>${part.slice(2, -2)}</strong>`;
    return html`${part}`;
  });
}

/** Paragraphs, with an empty line between them. */
export function paragraphs(text: string): Html[] {
  return text.split("\n\n").map((paragraph) => html`<p>${inline(paragraph)}</p>`);
}

/** Terms and what they mean: names, or an answer's statuses. */
export function terms(
  kind: "members" | "answers",
  pairs: readonly { readonly term: string; readonly text: Html[] }[],
): Html {
  return html`<dl class="${kind}">${
    pairs.map(({ term, text }) =>
      html`
        <div>
          <dt><code>${term}</code></dt>
          <dd>${text}</dd>
        </div>
      `
    )
  }</dl>`;
}
