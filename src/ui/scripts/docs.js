"use strict";
{
  const { document: url, receiver, client: clientId, scopes } = document.getElementById("viewer").dataset;
  // Under another name of this host the contract's addresses would be foreign, and the policy would stop them.
  if (new URL(receiver).origin !== location.origin) {
    location.replace(receiver.slice(0, receiver.lastIndexOf("/")));
  }
  const viewer = SwaggerUIBundle({
    dom_id: "#viewer",
    url,
    oauth2RedirectUrl: receiver,
    deepLinking: true,
    queryConfigEnabled: false,
    validatorUrl: null,
  });
  viewer.initOAuth({ clientId, scopes, usePkceWithAuthorizationCodeGrant: true });

  // The receiver answers here and not through window.opener, which an opener policy takes away.
  const channel = new BroadcastChannel("authorization-response");
  channel.onmessage = ({ data: { state, code, error, error_description: description } }) => {
    const pending = window.swaggerUIRedirectOauth2;
    if (!pending || !state || state !== pending.state) return;
    channel.postMessage({ heard: state });
    delete pending.state;
    if (code) {
      pending.auth.code = code;
      pending.callback({ auth: pending.auth, redirectUrl: pending.redirectUrl });
    } else {
      const message = [error ?? "no code in the answer", description].filter(Boolean).join(": ");
      pending.errCb({ authId: pending.auth.name, source: "auth", level: "error", message });
    }
  };
}
