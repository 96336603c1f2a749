import { html, raw } from "hono/html";
import type { OpenApiDocument } from "./openapi_document.ts";
import { examples } from "./page_examples.ts";
import { type Html, inline } from "./page_prose.ts";
import { apiReference } from "./page_reference.ts";
import { STYLE } from "./page_style.ts";

/** What the page tells. */
export interface PageContent {
  /** The app's base URL. */
  readonly base: string;
  /** Whether tokens are the app's own. */
  readonly isGateway: boolean;
  /** Whether tokens can be had, as far as is known. */
  readonly isReady: boolean;
  /** The reference's source. */
  readonly document: OpenApiDocument;
}

/** The page for people, in HTML without a script. */
export function page({ base, isGateway, isReady, document }: PageContent): Html {
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <title>${document.info.title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="description" content="${document.info.summary}">
        <style>${raw(STYLE)}</style>
      </head>
      <body>
        <header>
          <h1>${document.info.title}</h1>
          <p class="lead">${document.info.summary}</p>
          <nav aria-label="On this page">
            <ul>
              <li><a href="#what">What this is</a></li>
              <li><a href="#state">Whether it works</a></li>
              <li><a href="#use">How to use it</a></li>
              <li><a href="#reference">API reference</a></li>
            </ul>
          </nav>
        </header>
        <main>
          ${section("what", "What this is", what(isGateway))}
          ${section("state", "Whether it works", state(isReady))}
          ${section("use", "How to use it", use(base, isGateway))}
          ${section("reference", "API reference", reference(document))}
        </main>
        <footer>
          <p>Unofficial: not affiliated with Xpansiv.</p>
        </footer>
      </body>
    </html>
  `;
}

function section(id: string, title: string, content: Html): Html {
  return html`
    <section aria-labelledby="${id}">
      <h2 id="${id}">${title}</h2>
      ${content}
    </section>
  `;
}

function what(isGateway: boolean): Html {
  const token = isGateway
    ? "The token is this app's own. It is good for `GET /api/file/*` here, which forwards to the API with the account's " +
      "credential. The account's own token never leaves the app."
    : "The token is **the upstream's own**: whoever has it can do all that the account can, a change of its password " +
      "included, until it expires. It cannot be taken back. Treat it as you would the account.";
  return html`
    <p>
      This app alone holds an XSignals account, so that programs don't have to. Each of them has an id and a secret of its
      own, and asks here for a token by OAuth 2 client credentials.
    </p>
    <p>${inline(token)}</p>
  `;
}

function state(isReady: boolean): Html {
  const [kind, text, more] = isReady
    ? [
      "works",
      "It works.",
      "That is: tokens can be had, or nothing is known against it yet.",
    ]
    : ["fails", "It does not work at the moment.", "Try again later; if that does not help, tell the app's operator."];
  return html`
    <p class="state ${kind}">${text}</p>
    <p>${more} Opening this page asks the API nothing. Programs read the same at <a href="/readyz"><code>/readyz</code></a>.</p>
  `;
}

function use(base: string, isGateway: boolean): Html {
  const parts = examples(base, isGateway).map(({ language, needs, code }) =>
    html`
      <section aria-labelledby="use-${language}">
        <h3 id="use-${language}">${language}</h3>
        <p>${inline(needs)}</p>
        <pre tabindex="0" role="region" aria-label="Example in ${language}"><code>${code}</code></pre>
      </section>
    `
  );
  return html`
    <p>
      Ask the operator of this app for an id and a secret, and put them into the environment as
      <code>XSIGNALS_CLIENT_ID</code> and <code>XSIGNALS_CLIENT_SECRET</code>. The base URL is <code>${base}</code>.
    </p>
    ${parts}
  `;
}

function reference(document: OpenApiDocument): Html {
  return html`
    <p>The same as an OpenAPI document: <a href="/openapi.json"><code>/openapi.json</code></a>.</p>
    ${apiReference(document)}
  `;
}
