"use strict";

const answer = Object.fromEntries(new URLSearchParams(location.search));
// The code shall not stay in the address bar or in the history.
history.replaceState(null, "", location.pathname);

const channel = new BroadcastChannel("authorization-response");
channel.onmessage = ({ data: { heard } }) => {
  if (heard && heard === answer.state) window.close();
};
channel.postMessage(answer);
