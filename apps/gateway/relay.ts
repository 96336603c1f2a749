// A body on its way to the client, which can be ended, and of which it is known how it ended.
import type { Call, CallEnd } from "./calls.ts";

/** How an answer ended: it was sent whole, the client went, the API broke off, or the gateway ended it. */
export type Outcome = "whole" | "client_gone" | "upstream_cut" | CallEnd;

/** How much is read at a time, in bytes: less costs time, and so do pieces that the allocator gives back to the system. */
const PIECE = 131_072;

/**
 * Hands a body on through this process, which counts it, and ends it with its call. A body that the platform hands on by
 * itself costs less, but goes on when its request is aborted: the server has taken it out of the abort's reach.
 *
 * @param nextBy By when its reader has to ask again, in ms since 1970.
 * @param completed Settles when the platform has sent the answer, or cannot.
 * @param end Is told once how many bytes were read, and how it ended.
 */
export function relay(
  body: ReadableStream<Uint8Array>,
  call: Call | undefined,
  nextBy: () => number,
  completed: Promise<void> | undefined,
  end: (bytes: number, outcome: Outcome) => void,
): ReadableStream<Uint8Array> {
  const source = readPieces(body);
  let bytes = 0;
  let hasEnded = false;
  function ended(outcome: Outcome): void {
    if (!hasEnded) end(bytes, outcome);
    hasEnded = true;
  }
  return new ReadableStream({
    start(controller) {
      // The platform itself ends no body whose answer was garbage collected.
      call?.controller.signal.addEventListener("abort", () => {
        ended("client_gone");
        controller.error(new Error("The call was ended"));
        source.cancel().catch(() => {});
      });
    },
    async pull(controller) {
      if (call) call.nextBy = Infinity; // it waits for the API now
      try {
        const { done, value } = await source.read();
        if (!done) {
          bytes += value.byteLength;
          if (call) call.nextBy = nextBy();
          return controller.enqueue(value);
        }
        controller.close();
        Promise.resolve(completed).then(() => ended("whole"), () => ended("client_gone"));
      } catch (error) {
        ended("upstream_cut");
        controller.error(error);
      }
    },
    async cancel(reason) {
      ended("client_gone");
      await source.cancel(reason);
    },
  }, { highWaterMark: 0 });
}

/** Reads the pieces of a body in turn. */
type Pieces = Pick<ReadableStreamDefaultReader<Uint8Array>, "read" | "cancel">;

/**
 * The pieces of a body. Where they lie in memory of our own, each is freed once the next one is asked for: the platform
 * has it by then, and pieces that wait for the collector cost more time than everything else.
 */
function readPieces(body: ReadableStream<Uint8Array>): Pieces {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = body.getReader({ mode: "byob" });
  } catch {
    return body.getReader(); // not a stream of the network
  }
  let handed: ArrayBuffer | undefined;
  return {
    async read() {
      if (handed?.detached === false) handed.transfer(0);
      const result = await reader.read(new Uint8Array(PIECE));
      handed = result.value?.buffer;
      return result.done ? { done: true, value: undefined } : result;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}
