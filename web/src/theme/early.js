// Runs before the first paint, so that a chosen theme never flashes in the other one.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("proctor.theme");
  } catch {}
  const dark =
    chosen === "dark" ||
    (chosen !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
