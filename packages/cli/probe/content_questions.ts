// What one file tells: its link, its download, parts, versions and size.
import { type Answer, answerOf, type Asker, Missed, type Questioner } from "./ask.ts";
import type { ListedFile } from "./list_questions.ts";

const LINK = ["fileLink", "linkHost", "linkLifetime"];
const CONTENT = ["ranges", "etag", "fileSize"];

/** A few bytes, as they are. */
const FEW = { "range": "bytes=0-9", "accept-encoding": "identity" };

/** Of a link on the vendor's page. */
const KNOWN_BUCKET = "datalake-xpansivprod-ng.s3.amazonaws.com";

const REDIRECTS = [301, 302, 303, 307, 308];

/** Which servers give ranges, by assumption: the API, the file host. */
const RANGES: Readonly<Record<string, readonly [api: boolean, files: boolean]>> = {
  files: [false, true],
  api: [true, false],
  both: [true, true],
  none: [false, false],
};

/** Asks for the first bytes of a file, by the API and by its link. No more than these bytes are read. */
export async function askContent(asker: Asker, { ask }: Questioner, files: readonly ListedFile[]): Promise<void> {
  const { call, open, session, notes } = asker;
  const [file = files[0]] = files.filter(({ size = 0 }) => size > 0).toSorted((a, b) => a.size! - b.size!);
  if (!file) return notes.miss([...LINK, "downloadBy", ...CONTENT], "the account has no file");
  const path = `/file/${encodeURIComponent(file.fid)}`;

  const link = await ask(LINK, async () => {
    const { status, headers } = await call(path, {}, answerOf);
    const location = headers.get("location");
    if (status !== 200 && !REDIRECTS.includes(status)) throw new Missed(`the server answered with status ${status}`);
    if (location === null) throw new Missed("the answer has no link");
    notes.find("fileLink", [status === 200 ? 200 : 307], String(status));
    return noteLink(asker, location, session.baseUrl);
  });
  let [byApi, byLink]: (Answer | undefined)[] = [];
  try {
    byApi = await ask(["downloadBy"], async () => {
      const answer = await call(
        `${path}/download`,
        { headers: FEW },
        ({ status, ok, headers }) => ({ status, ok, headers }),
      );
      const isRedirect = REDIRECTS.includes(answer.status);
      if (!isRedirect && !answer.ok && answer.status !== 416) {
        throw new Missed(`the server answered with status ${answer.status}`);
      }
      notes.find("downloadBy", [isRedirect ? "redirect" : "stream"]);
      return isRedirect ? undefined : answer;
    });
    byLink = link === undefined ? undefined : await ask([], async () => {
      const answer = await open(link, FEW);
      if (answer.ok || answer.status === 416) return answer;
      throw new Missed(`the file host answered with status ${answer.status}`);
    });
  } finally { // what was seen is noted even if the probe ends
    noteParts(asker, byApi, byLink);
    noteSize(asker, file, [byLink, byApi]);
  }
}

/** Notes where a link leads; returns it if it may be opened. */
function noteLink({ notes }: Asker, location: string, baseUrl: string): string | undefined {
  if (!URL.canParse(location, baseUrl)) throw new Missed("the link is not an address");
  const [link, base] = [new URL(location, baseUrl), new URL(baseUrl)];
  notes.tell("linkHost", hostShape(link, base));
  const seconds = Number(link.searchParams.get("X-Amz-Expires") ?? NaN);
  if (Number.isSafeInteger(seconds) && seconds > 0) notes.tell("linkLifetime", `${seconds} s`);
  else notes.miss(LINK, "the link does not tell");
  const isSecure = link.protocol === "https:" || (isLoopback(link) && isLoopback(base));
  return isSecure && link.origin !== base.origin ? link.href : undefined;
}

/** The host of a link. Of one that is not known only what cannot be the name of a customer. */
function hostShape({ hostname, origin }: URL, base: URL): string {
  if (origin === base.origin) return "the API's own";
  if (hostname === KNOWN_BUCKET) return "known bucket";
  if (isLoopback({ hostname })) return "this machine";
  const [, aws] = /((?:^|\.)s3[.-][a-z0-9.-]*amazonaws\.com)$/.exec(hostname) ?? [];
  if (aws !== undefined) {
    return `a bucket of S3${/[.-][a-z]{2}-[a-z]+-\d(?=\.)/.exec(aws)?.[0].replace(/^./, " in ") ?? ""}`;
  }
  return hostname.endsWith(".xpansiv.com") ? "another host of xpansiv.com" : "another host";
}

function noteParts({ notes }: Asker, byApi: Answer | undefined, byLink: Answer | undefined): void {
  const known = [byApi, byLink].map((answer) => answer && answer.status !== 200);
  const fits = Object.entries(RANGES).filter(([, ranges]) =>
    ranges.every((has, index) => known[index] === undefined || known[index] === has)
  );
  if (byApi || byLink) notes.find("ranges", fits.map(([name]) => name));
  else notes.miss(["ranges", "etag"], "no content came");
  const [api, files] = [byApi, byLink].map((answer) => answer && etagOf(answer));
  const etag = files ?? api;
  if (etag === undefined) return;
  const differs = api !== undefined && api !== etag;
  notes.find("etag", [etag], differs ? `${etag} (from the API: ${api})` : etag);
}

function etagOf({ headers }: Answer): string {
  const etag = headers.get("etag");
  return etag === null ? "none" : etag.startsWith("W/") ? "weak" : "strong";
}

function noteSize({ notes }: Asker, { size }: ListedFile, answers: readonly (Answer | undefined)[]): void {
  if (typeof size !== "number") return notes.find("fileSize", ["missing"]);
  const real = answers.map((answer) => answer && sizeOf(answer)).find((one) => one !== undefined);
  if (real === undefined) return notes.miss(["fileSize"], "no answer told the file's size");
  if (size === real) notes.find("fileSize", real === 0 ? ["exact", "zero"] : ["exact"]);
  else notes.find("fileSize", [size === 0 ? "zero" : "wrong"]);
}

/** How many bytes the whole file has. */
function sizeOf({ status, headers }: Answer): number | undefined {
  const text = status === 200 ? headers.get("content-length") : headers.get("content-range")?.split("/")[1];
  return /^\d+$/.test(text ?? "") ? Number(text) : undefined;
}

function isLoopback({ hostname }: Pick<URL, "hostname">): boolean {
  return /^(localhost|\[::1\]|127(\.\d+){3})$/.test(hostname);
}
