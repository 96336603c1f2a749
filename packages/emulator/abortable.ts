/** Settles as the answer does, or rejects with the signal's reason when that aborts first; a late answer is dropped. */
export function abortable(answer: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", stop);
    answer.then(
      (response) => {
        signal.removeEventListener("abort", stop);
        if (signal.aborted) response.body?.cancel().catch(() => {});
        else resolve(response);
      },
      (error) => {
        signal.removeEventListener("abort", stop);
        reject(error);
      },
    );

    function stop(): void {
      signal.removeEventListener("abort", stop);
      reject(signal.reason);
    }
  });
}
