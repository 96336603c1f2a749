/**
 * Spans by OpenTelemetry, where a runtime or a program has registered it; without an import.
 *
 * @module
 */

/** The part of OpenTelemetry's API that is used; Deno registers it under `OTEL_DENO=true`. */
interface Api {
  readonly trace?: { getTracer(name: string): Tracer };
}

interface Tracer {
  startActiveSpan<T>(name: string, run: (span: Span) => T): T;
}

interface Span {
  setAttribute(name: string, value: string): unknown;
  setStatus(status: { code: number }): unknown;
  end(): void;
}

/** OpenTelemetry's number for an error. */
const ERROR = 2;

/**
 * Does the work inside a span; does just the work where nobody registered OpenTelemetry.
 *
 * @param name The span's name.
 * @param work The work. The span tells of its failure by the error's code, and of nothing else.
 */
export function traced<T>(name: string, work: () => Promise<T>): Promise<T> {
  const tracer = registeredApi()?.trace?.getTracer("@xsignals/session");
  if (!tracer) return work();
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: ERROR });
      span.setAttribute("error.type", codeOf(error));
      throw error;
    } finally {
      span.end();
    }
  });
}

function registeredApi(): Api | undefined {
  const registered: { [key: symbol]: Api | undefined } = globalThis;
  return registered[Symbol.for("opentelemetry.js.api.1")];
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown";
}
