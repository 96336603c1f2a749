import type { Handler, MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "./app_env.ts";
import type { OpenApiDocument } from "./openapi_document.ts";
import { page } from "./page.ts";
import { STYLE_SOURCE } from "./page_style.ts";

/** What {@link pageRoute} takes. */
export interface PageRouteOptions {
  /** Whether tokens are the app's own. */
  readonly isGateway: boolean;
  /** The app's origin as its clients reach it; the request's own when absent. */
  readonly issuer?: string;
  /** Whether tokens can be had, as far as is known. */
  isReady(): boolean;
  /** Reads the app's OpenAPI document. */
  openApi(): Promise<OpenApiDocument>;
}

/** Makes the handler of `GET /`: the page for people, with nothing about the account. */
export function pageRoute({ isGateway, issuer, isReady, openApi }: PageRouteOptions): Handler<AppEnv> {
  return async (c) => {
    const base = issuer ?? originOf(c.req.url);
    return await c.html(page({ base, isGateway, isReady: isReady(), document: await openApi() }));
  };
}

/** Makes the middleware that lets the page run no script, load nothing and stand in no frame. */
export function pageHeaders(): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [STYLE_SOURCE],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    strictTransportSecurity: false, // whether its host has TLS everywhere, the operator knows
    crossOriginOpenerPolicy: false, // these two do nothing for a page without a script, and without TLS
    originAgentCluster: false, // browsers complain of them
    xFrameOptions: "DENY",
  });
}

/** The caller's own words: only what has no meaning in an example of any language. */
function originOf(url: string): string {
  const { origin } = new URL(url);
  return /^https?:\/\/[\w.:[\]-]+$/.test(origin) ? origin : "https://HOST";
}
