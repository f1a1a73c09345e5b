import "./theme/styles";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, makeCache } from "./app";
import { makeRouter, preloadPages } from "./router";

// The server's policy lets only styles with this response's nonce in.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
if (nonce) setNonce(nonce);

const PRELOAD_MS = 3000;

const router = makeRouter();
const place = document.getElementById("root");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <App router={router} cache={makeCache()} />
    </StrictMode>,
  );
  // What is not needed now must not hold up what is.
  setTimeout(() => preloadPages(router), PRELOAD_MS);
}
