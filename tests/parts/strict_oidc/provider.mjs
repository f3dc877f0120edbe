// A strict OpenID provider on loopback: PKCE, rotating refresh tokens, and claims about a person in userinfo alone.
// Port and client secret come as arguments; PUT and DELETE /users/SUB make people known and forget them.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [port, client_secret, redirect_uri] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const people = new Map();

const provider = new Provider(issuer, {
  clients: [{ client_id: "portal-tests", client_secret, redirect_uris: [redirect_uri], grant_types: ["authorization_code", "refresh_token"] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], groups: ["groups"] },
  scopes: ["openid", "email", "groups"],
  findAccount: (_, sub) => people.has(sub) ? { accountId: sub, claims: () => ({ sub, ...people.get(sub) }) } : undefined,
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  issueRefreshToken: () => true,
  pkce: { required: () => true },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid email groups");
    await grant.save();
    return grant;
  },
});
const answer = provider.callback();

async function body(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, issuer);
  if (pathname.startsWith("/users/")) {
    const sub = decodeURIComponent(pathname.slice(7));
    if (request.method === "PUT") people.set(sub, JSON.parse(await body(request)));
    if (request.method === "DELETE") people.delete(sub);
    response.writeHead(204).end();
  } else if (pathname.startsWith("/interaction/")) {
    await provider.interactionFinished(request, response, { login: { accountId: searchParams.get("sub") } });
  } else {
    answer(request, response);
  }
}).listen(Number(port), "127.0.0.1");
