import { OAuth2Client, OAuth2Fetch } from "@badgateway/oauth2-client";
import type { Caller, Surroundings } from "../../subject.ts";

/** `OAuth2Fetch` as in its README; `mw()` carries the stub. */
export async function open(surroundings: Surroundings): Promise<Caller> {
  const { origin, clientId, clientSecret, username, password, stub } = surroundings;
  const tokens = await surroundings.logIn();
  const client = new OAuth2Client({
    server: origin,
    tokenEndpoint: "/oauth/token",
    clientId,
    clientSecret,
    authenticationMethod: "client_secret_post",
  });
  const wrapper = new OAuth2Fetch({
    client,
    getNewToken: () => client.password({ username, password }),
    getStoredToken: () => tokens,
    scheduleRefresh: false, // a timer; the time is moved here
  });
  if (!stub) return (url) => wrapper.fetch(url);
  const middleware = wrapper.mw();
  return (url) => middleware(new Request(url), (request) => stub(request));
}
