import { createHash } from "node:crypto";

/** The page's style sheet: system fonts, both colour schemes, one column on a phone. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --panel: #f4f6f8; --line: #d3d9df; --text: #1b2127; --soft: #4b5762;
  --link: #0b57b0; --good: #12652f; --bad: #a3211b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14181c; --panel: #1e242a; --line: #39434d; --text: #e6eaee; --soft: #adb8c2;
    --link: #8cbcff; --good: #7fd69b; --bad: #ff9d94;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.55 system-ui, sans-serif; }
header, main, footer { max-width: 50rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.5rem; }
footer { padding-top: 1rem; padding-bottom: 2.5rem; color: var(--soft); }
h1, h2, h3, h4 { line-height: 1.25; overflow-wrap: anywhere; }
h1 { margin: 0 0 .5rem; font-size: 2rem; }
h2 { margin: 3rem 0 .75rem; padding-bottom: .35rem; border-bottom: 1px solid var(--line); font-size: 1.5rem; }
h3 { margin: 2rem 0 .5rem; font-size: 1.2rem; }
h4 { margin: 0 0 .35rem; font-size: 1.1rem; }
p { margin: .5rem 0; overflow-wrap: break-word; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 1rem 0 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: .35rem 0; }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .9em; }
code { display: inline-block; max-width: 100%; overflow-wrap: anywhere; }
h4 code { font-size: 1em; }
a code { display: inline; }
pre { margin: .5rem 0; padding: 1rem; overflow-x: auto; background: var(--panel); border: 1px solid var(--line);
  border-radius: 8px; line-height: 1.45; }
pre code { display: block; max-width: none; font-size: 1em; overflow-wrap: normal; }
article { margin: 1rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: 8px; }
.state { display: inline-block; margin: .25rem 0; padding: .35rem .8rem; border: 2px solid; border-radius: 8px;
  font-weight: 600; }
.works { color: var(--good); }
.fails { color: var(--bad); }
.lead { font-size: 1.1rem; color: var(--soft); }
.summary { font-weight: 600; }
.label { color: var(--soft); font-weight: 600; }
dl { margin: .25rem 0 0; }
dl div { display: grid; grid-template-columns: minmax(0, 1fr); padding: .4rem 0; border-top: 1px solid var(--line); }
dl.answers div { grid-template-columns: 3rem minmax(0, 1fr); }
dt { font-weight: 600; }
dd { margin: 0; min-width: 0; overflow-wrap: break-word; }
@media (min-width: 40rem) { dl.members div { grid-template-columns: 12rem minmax(0, 1fr); gap: 1rem; } }
`;

/** Lets a browser apply that style sheet and no other (CSP Level 3, 6.7.3.3). */
export const STYLE_SOURCE = `'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;
