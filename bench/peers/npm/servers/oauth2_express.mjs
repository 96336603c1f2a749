/** `@node-oauth/oauth2-server` behind Express. */
import process from "node:process";
import express from "express";
import { tokenAnswerer } from "./oauth2_server.mjs";

const answerToken = tokenAnswerer(process.argv[2]);
const app = express();
app.post("/token", express.urlencoded({ extended: false }), async (request, response) => {
  const { status, headers, body } = await answerToken(request.headers, request.body);
  response.status(status).set(headers).json(body);
});
const server = app.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
