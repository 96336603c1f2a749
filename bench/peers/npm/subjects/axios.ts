import axios from "axios";
import { createAuthRefresh } from "axios-auth-refresh";
import { type Caller, refreshTokens, type Surroundings } from "../../subject.ts";

/**
 * The request interceptor and `refreshAuthLogic` of the README; the stub is carried by the fetch adapter. With
 * `deduplicateRefresh: false`, a 401 that comes during a refresh waits for it instead of failing.
 */
export async function open(surroundings: Surroundings, setting?: string): Promise<Caller> {
  const { stub } = surroundings;
  let tokens = await surroundings.logIn();
  const api = axios.create(stub ? { adapter: "fetch", env: { fetch: stub } } : {});
  api.interceptors.request.use((request) => {
    request.headers.set("Authorization", `Bearer ${tokens.accessToken}`);
    return request;
  });
  // as never: the two packages' declarations disagree on which axios types they mean.
  createAuthRefresh(api as never, async (failed) => {
    tokens = await refreshTokens(surroundings, tokens.refreshToken);
    failed.response.config.headers["Authorization"] = `Bearer ${tokens.accessToken}`;
  }, setting === undefined ? {} : { deduplicateRefresh: false });
  return (url) => api.get(url);
}
