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
          <section aria-labelledby="what">
    <h2 id="what">What this is</h2>
    <p>This app alone holds an XSignals account, so that programs don't have to. Each of them has an id and a secret of its
    own, and asks here for a token by OAuth 2 client credentials.</p>
    ${what(isGateway)}
          </section>
          <section aria-labelledby="state">
    <h2 id="state">Whether it works</h2>
    ${isReady
      ? html`<p class="state works">It works.</p>`
      : html`<p class="state fails">It does not work at the moment.</p>
<p>Try again later; if that does not help, tell the operator of this app.</p>`}
    <p>That is what the app last saw, or that it has seen no trouble since it started: opening this page asks the API nothing.
    Programs read the same at <a href="/readyz"><code>/readyz</code></a>.</p>
          </section>
          <section aria-labelledby="use">
    <h2 id="use">How to use it</h2>
    <p>Ask the operator of this app for an id and a secret, and put them into the environment as
    <code>XSIGNALS_CLIENT_ID</code> and <code>XSIGNALS_CLIENT_SECRET</code>. The base URL is <code>${base}</code>.</p>
    ${examples(base, isGateway).map(({ language, needs, code }) =>
      html`
        <section aria-labelledby="use-${language}">
          <h3 id="use-${language}">${language}</h3>
          <p>${inline(needs)}</p>
          <pre tabindex="0" role="region" aria-label="Example in ${language}"><code>${code}</code></pre>
        </section>
      `
    )}
          </section>
          <section aria-labelledby="reference">
    <h2 id="reference">API reference</h2>
    <p>The same as an OpenAPI document: <a href="/openapi.json"><code>/openapi.json</code></a>.</p>
    ${apiReference(document)}
          </section>
        </main>
        <footer>
          <p>Unofficial: not affiliated with Xpansiv.</p>
        </footer>
      </body>
    </html>
  `;
}

function what(isGateway: boolean): Html {
  return isGateway
    ? html`<p>The token is this app's own. It is good for <code>GET /api/file/*</code> here, which forwards to the API with
the account's credential. The account's own token never leaves the app.</p>`
    : html`<p>The token is <strong>the upstream's own</strong>: whoever has it can do all that the account can, a change of
its password included, until it expires. It cannot be taken back. Treat it as you would the account.</p>`;
}
