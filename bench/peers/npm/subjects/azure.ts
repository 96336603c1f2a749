import {
  bearerTokenAuthenticationPolicy,
  type ChallengeCallbacks,
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
} from "@azure/core-rest-pipeline";
import { type Caller, refreshTokens, type Surroundings } from "../../subject.ts";

/**
 * A pipeline of `bearerTokenAuthenticationPolicy` alone, over a `TokenCredential` that refreshes. With
 * `challengeCallbacks`, a user has it answer any 401: `claims` make it ask for another token.
 */
export async function open(surroundings: Surroundings, setting?: string): Promise<Caller> {
  let tokens = await surroundings.logIn();
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({
    scopes: "read",
    credential: {
      // As the credentials of @azure/identity: what is held while it works, unless claims ask for another.
      async getToken(_scopes, options) {
        if (options?.claims !== undefined || tokens.expiresAt <= Date.now()) {
          tokens = await refreshTokens(surroundings, tokens.refreshToken);
        }
        return { token: tokens.accessToken, expiresOnTimestamp: tokens.expiresAt };
      },
    },
    ...(setting === undefined ? {} : { challengeCallbacks }),
  }));
  const client = transport(surroundings.stub !== undefined);
  return (url) => pipeline.sendRequest(client, createPipelineRequest({ url: url.replace(/^http:/, "https:") }));
}

const challengeCallbacks: ChallengeCallbacks = {
  async authorizeRequestOnChallenge({ scopes, request, getAccessToken }) {
    const token = await getAccessToken(scopes, { claims: "{}" });
    if (!token) return false;
    request.headers.set("authorization", `Bearer ${token.token}`);
    return true;
  },
};

/** The policy refuses plain http, so it is shown https, and the transport below it puts http back. */
function transport(isStub: boolean): HttpClient {
  if (isStub) {
    const headers = createHttpHeaders();
    return { sendRequest: (request) => Promise.resolve({ request, headers, status: 200 }) };
  }
  const inner = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      request.url = request.url.replace(/^https:/, "http:");
      request.allowInsecureConnection = true;
      try {
        return await inner.sendRequest(request);
      } finally {
        request.url = request.url.replace(/^http:/, "https:");
      }
    },
  };
}
