import { useEffect } from "react";

/** Sets the title of the page while the component is there. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title;
    return () => {
      document.title = "Proctor";
    };
  }, [title]);
}

/** Draws the page's mark; its centre cell takes the colour of a token, such as `--failed-fill`. */
export function useFavicon(token: string): void {
  useEffect(() => {
    drawFavicon(token);
    return () => drawFavicon("--muted");
  }, [token]);
}

function drawFavicon(token: string): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (!link) return;
  const ink = resolve("--muted");
  const cells = [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map((column) => {
      const fill = row === 1 && column === 1 ? resolve(token) : ink;
      return `<rect x="${column * 6.5}" y="${row * 6.5}" width="5" height="5" rx="1.25" fill="${fill}"/>`;
    }),
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 18">${cells.join("")}</svg>`;
  link.href = `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** The colour a token has in the theme of now. */
function resolve(token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
