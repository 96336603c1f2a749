import { createServer, type RequestListener } from "node:http";

/** A server on a free port of loopback. */
export interface Listening {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Listens, and only then makes what answers: an OAuth server has to know its own address. */
export async function serveListener(make: (origin: string) => RequestListener): Promise<Listening> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Cannot listen on loopback: there is no port");
  const origin = `http://127.0.0.1:${address.port}`;
  server.on("request", make(origin));
  return {
    origin,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
