// `GET /`: one screen for people, in HTML without a script. Does it work, how do I use it, where is the reference.
import { createHash } from "node:crypto";
import type { Handler, HonoRequest, MiddlewareHandler } from "hono";
import { html, raw } from "hono/html";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "./log.ts";
import { examples } from "./page_examples.ts";

/** A piece of a page, escaped. */
type Html = ReturnType<typeof html>;

/** System fonts, both colour schemes; two columns of examples where there is room. */
const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#ffffff, #14181c); --panel: light-dark(#f4f6f8, #1e242a); --line: light-dark(#d3d9df, #39434d);
  --text: light-dark(#1b2127, #e6eaee); --soft: light-dark(#4b5762, #adb8c2); --link: light-dark(#0b57b0, #8cbcff);
  --good: light-dark(#12652f, #7fd69b); --bad: light-dark(#a3211b, #ff9d94);
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { max-width: 84rem; margin: 0 auto; padding: 1.5rem 1.25rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
h1, h2 { margin: 0 0 .25rem; line-height: 1.25; }
h1 { font-size: 1.6rem; }
h2 { font-size: 1.1rem; }
p { max-width: 60rem; margin: .5rem 0; overflow-wrap: break-word; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .85rem; }
code { overflow-wrap: anywhere; }
pre { margin: .5rem 0; padding: .75rem; overflow-x: auto; background: var(--panel); border: 1px solid var(--line);
  border-radius: 8px; line-height: 1.45; }
pre code { overflow-wrap: normal; }
main { columns: 34rem; column-gap: 1.5rem; margin: 1rem 0; }
section { break-inside: avoid; padding-bottom: .75rem; }
.works { color: var(--good); }
.fails { color: var(--bad); }
small, footer { color: var(--soft); }
`;

/** Makes the handler of the page, which tells nothing of the account but whether it works. */
export function pageRoute(ready: () => Promise<boolean>, issuer?: string): Handler<AppEnv> {
  return async (c) => await c.html(page(issuer ?? originOf(c.req), await ready()));
}

/** Makes the middleware that lets the page run no script, load nothing and stand in no frame. */
export function pageHeaders(): MiddlewareHandler {
  const style = createHash("sha256").update(STYLE).digest("base64");
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [`'sha256-${style}'`], // this style sheet and no other (CSP Level 3, 6.7.3.3)
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    strictTransportSecurity: false, // the operator knows whether its host has TLS everywhere
    crossOriginOpenerPolicy: false, // these two do nothing for a page without a script, and without TLS
    originAgentCluster: false, // browsers complain of them
    xFrameOptions: "DENY",
  });
}

/** The caller chooses these words: only characters that mean nothing in an example of any language pass. */
function originOf(request: HonoRequest): string {
  const { protocol, host } = new URL(request.url);
  const origin = `${request.header("x-forwarded-proto") === "https" ? "https:" : protocol}//${host}`; // of a proxy in front
  return /^https?:\/\/[\w.:[\]-]+$/.test(origin) ? origin : "https://HOST";
}

function page(base: string, isReady: boolean): Html {
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <title>XSignals gateway</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="description" content="Files and time series of the XSignals API, for programs that share one account.">
        <style>${raw(STYLE)}</style>
      </head>
      <body>
        <header>
          <h1>XSignals gateway</h1>
          ${state(isReady)}
          <p>
            Programs use this gateway to read files of the XSignals API, with <code>GET ${base}/api/file/…</code> and a
            token that the gateway issues. Some may read time series too, with <code>POST ${base}/api/ts</code>. Ask its operator for an id and a secret, and put them into the environment as
            <code>XSIGNALS_CLIENT_ID</code> and <code>XSIGNALS_CLIENT_SECRET</code>. A program on a platform that the operator
            trusts needs neither: it sends the platform’s token, whose audience is <code>${base}</code>, as the assertion of
            RFC 7523.
          </p>
          <p>The reference, with every request and answer: <a href="/openapi.json"><code>/openapi.json</code></a>.</p>
        </header>
        <main>${examples(base).map(({ language, needs, code }) =>
          html`
            <section aria-labelledby="use-${language}">
              <h2 id="use-${language}">${language} <small>${needs}</small></h2>
              <pre tabindex="0" role="region" aria-label="Example in ${language}"><code>${code}</code></pre>
            </section>
          `
        )}</main>
        <footer>
          <p>Unofficial: not affiliated with Xpansiv.</p>
        </footer>
      </body>
    </html>
  `;
}

function state(isReady: boolean): Html {
  const [kind, text] = isReady
    ? ["works", "It works: account and store were tried."]
    : ["fails", "It does not work at the moment. Try again later, or tell the operator."];
  return html`
    <p><strong class="${kind}">${text}</strong> For programs: <a href="/readyz"><code>/readyz</code></a></p>
  `;
}
