/**
 * The factors of JSR's score (https://jsr.io/docs/scoring; points and rules are those of the "Score" tab of a package's
 * page and of the registry's sources, `api/src/analysis.rs` and `api/src/api/types.rs` of jsr-io/jsr), each to the full.
 *
 * @module
 */
import { type EntryDoc, type PackageDocs, visible } from "./package_docs.ts";

/** What is known of a package. */
export interface PackageFacts {
  readonly name: string;
  /** The SPDX identifier. */
  readonly license?: string;
  readonly readme: string;
  readonly docs: PackageDocs;
  /** What `deno publish --dry-run` says of slow types and other obstacles; empty when nothing. */
  readonly obstacles: string;
  /** The runtimes that the packed package is tried in, as JSR names them. */
  readonly runtimes: readonly string[];
  /** The workflow that publishes. */
  readonly workflow: string;
}

/** One factor. */
export interface Factor {
  readonly name: string;
  /** How many points JSR gives; 0 for what it demands of every package. */
  readonly points: number;
  /** What is missing; empty when nothing. */
  readonly missing: string;
  /** What the operator sets by hand in the package's settings. */
  readonly setByHand?: string;
}

/** The longest description that JSR takes, in characters. */
const LONGEST = 250;

/** All factors of a package. */
export function scoreFactors(facts: PackageFacts): Factor[] {
  const { name, license, readme, docs, obstacles, runtimes, workflow } = facts;
  const description = descriptionOf(readme);
  const without = Object.keys(docs).filter((entry) => !docs[entry]?.module_doc?.doc);
  const undocumented = Object.values(docs).flatMap(undocumentedIn);
  const factor = (title: string, points: number, missing: string | false) => ({
    name: title,
    points,
    missing: missing || "",
  });
  return [
    factor("a README", 2, !readme.startsWith(`# ${name}\n`) && `README.md does not begin with # ${name}`),
    factor("an example in the README", 1, !/^```ts\b/m.test(readme) && "README.md has no block of TypeScript"),
    factor("module docs in every entry point", 1, without.length > 0 && without.join(", ")),
    factor("docs for every symbol", 5, undocumented.length > 0 && undocumented.join(", ")),
    factor("no slow types", 5, obstacles),
    {
      ...factor("a description", 1, describing(description)),
      setByHand: `Description: ${description}`,
    },
    {
      ...factor("one compatible runtime, and another", 2, runtimes.length < 2 && `tried in ${runtimes.length}`),
      setByHand: `Runtime compatibility, "Supported": ${runtimes.join(", ")}`,
    },
    factor("provenance", 1, provenance(workflow)),
    factor("a licence", 0, license !== "MIT" && "deno.json does not say MIT"),
  ];
}

/** The first two sentences of a README, as plain text: what it is, and that it is unofficial. */
export function descriptionOf(readme: string): string {
  const [, paragraph = ""] = readme.split("\n\n");
  const text = paragraph.replaceAll("\n", " ").replaceAll("`", "");
  return /^.+?\.(?= |$)( Unofficial.+?\.(?= |$))?/.exec(text)?.[0] ?? "";
}

function describing(description: string): string {
  if (description.length > LONGEST) return `${description.length} characters, more than ${LONGEST}`;
  return description.includes("Unofficial")
    ? ""
    : "README.md's first paragraph does not say what it is and that it is unofficial";
}

function undocumentedIn({ symbols }: EntryDoc): string[] {
  return symbols.filter((symbol) => visible(symbol).some(({ kind, jsDoc }) => kind !== "reference" && !jsDoc?.doc))
    .map(({ name }) => name);
}

/** JSR attests where a version comes from when GitHub Actions publish it with an identity of theirs. */
function provenance(workflow: string): string {
  if (!/^\s+id-token: write\b/m.test(workflow)) return "the workflow may not ask for an identity (id-token: write)";
  if (!/\bdeno publish\b/.test(workflow)) return "the workflow does not publish";
  return /--no-provenance|--token/.test(workflow) ? "the workflow publishes without it" : "";
}
