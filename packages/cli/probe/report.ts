// What a probe has found, as a table, and as a file that can be posted and that the emulator plays.
import type { Finding } from "./notes.ts";
import type { ProbeResult } from "./probe.ts";
import type { Value } from "./questions.ts";

/** The content of `probe.json`. It has nothing that could tell whose account was asked. */
export interface ProbeReport {
  /** The version of this form. */
  readonly probe: 1;
  /** The host of the API, if it is one of the vendor's. */
  readonly server: string;
  /** The kind of login, as `XSIGNALS_AUTH` has it. */
  readonly login: string;
  /** How many requests were sent. */
  readonly requests: number;
  /** Whether nothing failed, and nothing ended it before its last question. */
  readonly complete: boolean;
  /** What the emulator is to assume. */
  readonly assumptions: Readonly<Record<string, Value>>;
  /** How long an access token works, in seconds. */
  readonly accessTokenLifetime?: number;
  /** How long the link to a file works, in seconds. */
  readonly linkLifetime?: number;
  /** Every question with its answer. */
  readonly findings: readonly Finding[];
}

/** The vendor's names of the API. */
const HOSTS = ["api.xsignals.xpansiv.com", "api.data.xpansiv.com"];

/** Makes the content of `probe.json`. */
export function reportOf(
  { findings, requests, isComplete }: ProbeResult,
  { baseUrl, kind }: { readonly baseUrl: string; readonly kind: string },
): ProbeReport {
  const { host } = new URL(baseUrl);
  const lifetimes = ["accessTokenLifetime", "linkLifetime"].flatMap((name) => {
    const { found = "" } = findings.find((one) => one.name === name) ?? {};
    return /^\d+ s$/.test(found) ? [[name, parseInt(found)]] : [];
  });
  return {
    probe: 1,
    server: HOSTS.includes(host) ? host : "another",
    login: kind,
    requests,
    complete: isComplete,
    assumptions: Object.fromEntries(findings.flatMap((finding) => {
      const { values: [value] = [], same } = finding;
      // If nothing tells the presumed value from others, the emulator stays with it.
      return value === undefined || (same && finding.values!.length > 1) ? [] : [[finding.name, value]];
    })),
    ...Object.fromEntries(lifetimes),
    findings,
  };
}

/** A row of the table, and of its JSON. */
export interface ReportRow extends Readonly<Record<string, string>> {
  /** The name of the emulator's assumption, or of what else was asked. */
  readonly name: string;
  /** Whether it is as presumed: `yes`, `NO`, or nothing. */
  readonly same: string;
  readonly question: string;
  readonly presumed: string;
  /** What was found, or why nothing was. */
  readonly found: string;
}

/** The table: what is not as presumed, what is, and what was not found. */
export function tableOf(findings: readonly Finding[]): ReportRow[] {
  const rank = ({ same }: Finding) => same === undefined ? 2 : Number(same);
  return findings.toSorted((one, other) => rank(one) - rank(other)).map((finding) => {
    const { name, question, found, why, presumed, same } = finding;
    const mark = same === undefined ? "" : same ? "yes" : "NO";
    return { name, same: mark, question, presumed, found: found ?? `not found: ${why}` };
  });
}

/** Whether a file's text is a probe's report, which another probe may replace. */
export function isReport(text: string): boolean {
  try {
    return Number.isInteger(Object(JSON.parse(text)).probe);
  } catch {
    return false;
  }
}
