/** Asks the servers what nobody documents, with reads alone. */
import type { Clock, FetchLike, Session } from "@xsignals/session";
import { answerOf, createAsker, createQuestioner, Missed } from "./ask.ts";
import { askContent } from "./content_questions.ts";
import { askDeepPaging, askFiles, askMatching, askSymbolPaging, askTies } from "./list_questions.ts";
import { askRenewal, askToken, noteHeaders, noteRenewal } from "./login_questions.ts";
import { createNotes, type Finding } from "./notes.ts";
import { askHistory, askSeries } from "./series_questions.ts";
import { createWire } from "./wire.ts";

/** What a probe needs. */
export interface ProbeOptions {
  /** Sends every request. */
  readonly fetch: FetchLike;
  /** Makes the session that the probe uses, over a `fetch` that counts. */
  readonly connect: (fetch: FetchLike) => Session | Promise<Session>;
  /** The time. */
  readonly clock: Clock;
  /** Ends the probe. */
  readonly signal?: AbortSignal;
}

/** What a probe has found. */
export interface ProbeResult {
  /** An answer to every question, in their order. */
  readonly findings: readonly Finding[];
  /** How many requests were sent. */
  readonly requests: number;
  /** Whether nothing ended it before its last question. */
  readonly isComplete: boolean;
  /** The first failure, a `DataError` or `SessionError`, or the reason of the signal; absent if nothing failed. */
  readonly failure?: unknown;
}

/**
 * Asks the questions, with at most {@link MAX_REQUESTS} requests, none of which changes anything but the session's tokens.
 *
 * It ends with what it has found when the server fails twice in a row, asks to slow down or refuses the login, or when it is
 * another server. The renewal comes last, so that nothing depends on it.
 *
 * @returns The findings, also of a probe that failed.
 */
export async function probe({ fetch, connect, clock, signal }: ProbeOptions): Promise<ProbeResult> {
  const notes = createNotes();
  const wire = createWire(fetch, () => clock.now());
  await using session = await connect(wire.fetch);
  const asker = createAsker(session, wire, clock, notes, signal);
  const questioner = createQuestioner(notes);
  let ending: Missed | undefined;
  try {
    await askToken(asker, questioner);
    const files = await askFiles(asker, questioner);
    await askContent(asker, questioner, files);
    const series = await askSeries(asker, questioner, files);
    await questioner.ask(["unknownPath"], async () => {
      const { status } = await asker.call("/xsignals-probe/unknown", {}, answerOf);
      const isRedirect = status >= 300 && status < 400;
      if (!isRedirect && status !== 404) throw new Missed(`the server answered with status ${status}`);
      notes.find("unknownPath", [isRedirect ? 307 : 404], String(status));
    });
    await askMatching(asker, questioner, files);
    await askTies(asker, questioner);
    await askDeepPaging(asker, questioner);
    await askHistory(asker, questioner, series?.query);
    await askRenewal(asker, questioner, ["symbolPaging"], () => askSymbolPaging(asker, series?.search));
    notes.miss(["errorBody"], "the server refused nothing");
  } catch (error) {
    if (!(error instanceof Missed)) throw error;
    ending = error;
  }
  await noteRenewal(asker, questioner, ending === undefined).catch((error) => {
    if (!(error instanceof Missed)) throw error;
  });
  await noteHeaders(asker);
  const failure = questioner.failure() ?? ending?.failure;
  return {
    findings: notes.findings(),
    requests: wire.sent(),
    isComplete: !ending && failure === undefined,
    ...(failure === undefined ? {} : { failure }),
  };
}
