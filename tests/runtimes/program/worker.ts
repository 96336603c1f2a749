import { run } from "./run.ts";

/** The program for workerd: the task comes with a request, and the response is the answer. */
export default {
  async fetch(request: Request): Promise<Response> {
    return Response.json(await run(JSON.parse(await request.text())));
  },
};
