"use strict";

const { home, client: clientId, scopes } = document.getElementById("viewer").dataset;

/** Takes an authorization response to the *Authorize* that waits for it; says whether one does. */
function receive({ state, code, error, error_description: description }) {
  const pending = window.swaggerUIRedirectOauth2;
  if (!pending || !state || state !== pending.state) return false;
  delete pending.state;
  if (code) {
    pending.auth.code = code;
    pending.callback({ auth: pending.auth, redirectUrl: pending.redirectUrl });
  } else {
    const message = [error ?? "no code in the answer", description].filter(Boolean).join(": ");
    pending.errCb({ authId: pending.auth.name, source: "auth", level: "error", message });
  }
  return true;
}

function start() {
  const viewer = SwaggerUIBundle({
    dom_id: "#viewer",
    url: `${home}/openapi.json`,
    oauth2RedirectUrl: `${home}/docs/oauth-receiver.html`,
    deepLinking: true,
    queryConfigEnabled: false,
    validatorUrl: null,
  });
  viewer.initOAuth({ clientId, scopes, usePkceWithAuthorizationCodeGrant: true });
  // The receiver answers here and not through window.opener, which an opener policy along the way would take away.
  const channel = new BroadcastChannel("authorization-response");
  channel.onmessage = ({ data }) => {
    if (receive(data)) channel.postMessage({ heard: data.state });
  };
}

// Under another name of this host the contract's addresses would be foreign, and the policy would stop them.
if (new URL(home).origin === location.origin) start();
else location.replace(`${home}/docs`);
