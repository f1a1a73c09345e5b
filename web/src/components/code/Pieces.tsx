import { Fragment } from "react";
import { classesOf, type Piece } from "~/log/ansi";

/** Coloured pieces of one line; an empty line keeps its height. */
export function Pieces({ pieces }: { pieces: readonly Piece[] }) {
  if (pieces.length === 0) return "\u00a0";
  return pieces.map(({ text, style }, index) => {
    const name = classesOf(style);
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a line have no other name.
    if (!name) return <Fragment key={index}>{text}</Fragment>;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a line have no other name.
      <span key={index} className={name}>
        {text}
      </span>
    );
  });
}
