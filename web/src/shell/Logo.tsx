/** The mark: nine places, one of them in use. */
export function Logo({ size = 18 }: { size?: number }) {
  const cells = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => ({ row, column })));
  return (
    <svg width={size} height={size} viewBox="0 0 18 18" aria-hidden="true" focusable="false">
      {cells.map(({ row, column }) => (
        <rect
          key={`${row}${column}`}
          x={column * 6.5}
          y={row * 6.5}
          width="5"
          height="5"
          rx="1.25"
          fill={row === 1 && column === 1 ? "var(--running-fill)" : "var(--primary)"}
        />
      ))}
    </svg>
  );
}
