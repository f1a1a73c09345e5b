import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, vi } from "vitest";
import { forgetRecent } from "~/live/apply";
import { resetLive } from "~/live/live";
import { service } from "./service";

// jsdom lays nothing out: what draws only what is in sight is told that there is a screen.
class NoResizeObserver implements ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
vi.stubGlobal("ResizeObserver", NoResizeObserver);
vi.stubGlobal("matchMedia", (query: string) => ({
  // A wide screen, a light theme, no touch.
  matches: /min-width/.test(query),
  media: query,
  addEventListener: () => {},
  removeEventListener: () => {},
  addListener: () => {},
  removeListener: () => {},
  onchange: null,
  dispatchEvent: () => false,
}));
Object.defineProperties(HTMLElement.prototype, {
  offsetHeight: { configurable: true, get: () => 800 },
  offsetWidth: { configurable: true, get: () => 1200 },
  clientHeight: { configurable: true, get: () => 800 },
  clientWidth: { configurable: true, get: () => 1200 },
});
// What floats hides when the thing it belongs to is out of sight: here everything is in sight.
Element.prototype.getBoundingClientRect = () => ({
  x: 10,
  y: 10,
  top: 10,
  left: 10,
  right: 110,
  bottom: 30,
  width: 100,
  height: 20,
  toJSON: () => ({}),
});
Object.defineProperty(document, "fonts", {
  value: { addEventListener: () => {}, removeEventListener: () => {} },
});
// Vitest looks for the bytes of a file where older versions of jsdom had them.
const [hidden = Symbol()] = Object.getOwnPropertySymbols(new Blob());
const blob = (new Blob() as unknown as Record<symbol, object>)[hidden];
Object.defineProperty(Object.getPrototypeOf(blob), "_buffer", {
  get(this: { _bytes: Uint8Array }) {
    return this._bytes;
  },
});
// A form loses the names of its files on the way from jsdom to the stand-in of the service: they go beside them.
type Append = (name: string, value: unknown, fileName?: string) => void;
const append = FormData.prototype.append as Append;
FormData.prototype.append = function (name: string, value: unknown, fileName?: string) {
  if (!(value instanceof File)) return append.call(this, name, value);
  append.call(this, `${name} name`, fileName ?? value.name);
  return append.call(this, name, value, fileName);
};
window.scrollTo = () => {};
Element.prototype.scrollTo = () => {};
Element.prototype.scrollIntoView = () => {};

// A busy machine is no failure: what must appear has time to do so.
configure({ asyncUtilTimeout: 30_000 });

beforeAll(() => service.listen());
afterEach(() => {
  cleanup();
  resetLive();
  forgetRecent();
  service.reset();
  localStorage.clear();
});
afterAll(() => service.close());
