/** What a file can be shown as; the service names as pictures and text only what can do nothing. */
export function kindOf(mediaType: string): "picture" | "text" | "other" {
  if (mediaType.startsWith("image/")) return "picture";
  return mediaType.startsWith("text/plain") ? "text" : "other";
}
