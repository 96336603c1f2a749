// What lists of files tell: their members, order, ends, and how names are matched.
import { answerOf, type Asker, entriesOf, failed, Missed, type Questioner } from "./ask.ts";

/** A file, as far as the probe looks at it. */
export interface ListedFile {
  readonly fid: string;
  readonly groupName?: string;
  readonly fileName?: string;
  readonly fileType?: string;
  readonly arrivalTime?: string;
  readonly size?: number;
}

const SEARCH = "/file/search";
const FIRST = ["fileList", "fileOrder", "totalSize"];
const PAGE = 100;
const WINDOW = 10_000; // entries that a search engine lets a list have

/** So many orders must be possible before one that stays is called stable. */
const ENOUGH_ORDERS = 1_000;

/** A word that no name has. */
const NONSENSE = "zqxjv";

/** Asks for files, without an order. It is the first call: if it fails, the probe ends. */
export async function askFiles({ list, notes }: Asker, { ask }: Questioner): Promise<readonly ListedFile[]> {
  const files = await ask(FIRST, async () => {
    const answer = await list(SEARCH, { from: 0, size: PAGE }).catch((error) => {
      throw error instanceof Missed ? notTheApi(error) : error;
    });
    const names = ["items", "files"].filter((name) => Array.isArray(answer[name]));
    if (names.length === 0) throw notTheApi(new Missed("the answer to a file search has no list"));
    if (names.length === 2) notes.tell("fileList", "both");
    else notes.find("fileList", names);
    const files = filesOf(answer);
    const { totalSize } = answer;
    notes.tell("totalSize", Number.isSafeInteger(totalSize) && Number(totalSize) >= files.length ? "yes" : "no");
    const order = orderOf(files.map(({ arrivalTime }) => arrivalTime ?? ""));
    if (order) notes.tell("fileOrder", order);
    else notes.miss(["fileOrder"], "the account has too few files");
    return files;
  });
  return files ?? [];
}

/** Asks for the same list of names twice. */
export async function askTies({ list, notes }: Asker, { ask }: Questioner): Promise<void> {
  await ask(["tieOrder"], async () => {
    const query = { sortBy: "fileName", sortOrder: "asc", from: 0, size: PAGE };
    const [one, other] = [filesOf(await list(SEARCH, query)), filesOf(await list(SEARCH, query))];
    const [names, otherNames] = [one, other].map((files) => files.map(({ fileName }) => fileName));
    if (names!.some((name, index) => name !== otherNames![index])) throw new Missed("the list changed meanwhile");
    if (one.some(({ fid }, index) => fid !== other[index]?.fid)) return notes.find("tieOrder", ["random"]);
    if (ordersOf(names!) < ENOUGH_ORDERS) throw new Missed("too few files have the same name");
    notes.find("tieOrder", ["stable"]);
  });
}

/** Asks for an entry behind the last one that a search engine would give. */
export async function askDeepPaging({ call, notes }: Asker, { ask }: Questioner): Promise<void> {
  await ask(["deepPaging"], async () => {
    const { status } = await call(`${SEARCH}?from=${WINDOW}&size=1`, {}, answerOf);
    if (status !== 200 && status !== 400) throw new Missed(`the server answered with status ${status}`);
    notes.find("deepPaging", [status === 400 ? WINDOW : "none"]);
  });
}

/** The same for symbols, with the parameters of a search that worked: any call may be the one that goes out renewed. */
export async function askSymbolPaging(
  { wire, call, notes }: Asker,
  search: Readonly<Record<string, string>> | undefined,
): Promise<void> {
  const read = (response: Response) => wire.isRefused(response) ? undefined : answerOf(response);
  const path = `/ts/symbol/search?${new URLSearchParams({ ...search, from: `${WINDOW}`, size: "1" })}`;
  const { status } = await call(path, {}, read) ?? await call(path, {}, answerOf);
  if (!search) throw new Missed("the account has no time series");
  if (status !== 200 && status !== 400) throw new Missed(`the server answered with status ${status}`);
  notes.tell("symbolPaging", status === 400 ? `${WINDOW}` : "none");
}

/** Searches for a piece of a word, and for a word beside another one, neither of which is the name of a group. */
export async function askMatching(asker: Asker, { ask }: Questioner, files: readonly ListedFile[]): Promise<void> {
  const { list, notes } = asker;
  await ask(["queryMatch"], async () => {
    const names = [...new Set(files.flatMap(({ groupName }) => groupName ?? []))];
    const known = new Set(names.flatMap(wordsOf));
    const word = names.flatMap(wordsOf).find((one) => one.length > 3 && !known.has(one.slice(1)));
    if (word === undefined) throw new Missed("no group has a name that can be cut");
    const search = async (value: string) => {
      const found = filesOf(await list(SEARCH, { query: `groupName=${value}`, from: 0, size: PAGE }));
      return found.flatMap(({ groupName }) => groupName ?? []);
    };
    const piece = word.slice(1);
    const byPiece = await search(piece);
    if (byPiece.some((name) => !name.toLowerCase().includes(piece))) {
      throw new Missed("the server gives names that do not fit");
    }
    if (byPiece.some((name) => !wordsOf(name).includes(piece))) return notes.find("queryMatch", ["loose"]);
    const byWord = await search(`${word} ${NONSENSE}`);
    notes.find("queryMatch", [byWord.length > 0 ? "tokens" : "exact"]);
  });
}

/** The server is not the one that is asked for, unless the error says what else failed. */
function notTheApi({ message, failure }: Missed): Missed {
  if (failure && !/^(bad_response|unknown_path)$/.test(Object(failure).code)) return new Missed(message, failure, true);
  return failed("unknown_path", `${message}; is the base URL that of the XSignals API?`, {}, true);
}

function filesOf(answer: Record<string, unknown>): ListedFile[] {
  return entriesOf(answer, "items", "files").filter(({ fid }) => typeof fid === "string") as unknown as ListedFile[];
}

/** The order of times; `undefined` if they could be in any. */
function orderOf(times: readonly string[]): string | undefined {
  const sorted = times.toSorted();
  if (sorted[0] === sorted.at(-1)) return undefined;
  const isSame = (others: readonly string[]) => others.every((time, index) => time === times[index]);
  return isSame(sorted.toReversed()) ? "newest first" : isSame(sorted) ? "oldest first" : "another order";
}

/** How many orders a sorted list could have. */
function ordersOf(names: readonly unknown[]): number {
  let run = 0;
  return names.reduce<number>((orders, name, index) => {
    run = index > 0 && name === names[index - 1] ? run + 1 : 1;
    return orders * run;
  }, 1);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}
