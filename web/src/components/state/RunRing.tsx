import classes from "./State.module.css";

type Props = { share: number | null; size?: number };

const RADIUS = 6.25;
const LENGTH = 2 * Math.PI * RADIUS;

/** The arc of a running thing: as long as its progress, turning only while nobody knows it. */
export function RunRing({ share, size = 16 }: Props) {
  const arc = share === null ? 0.3 : Math.max(0.04, share);
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      aria-hidden="true"
      className={classes.ring}
      data-turning={share === null || undefined}
    >
      <circle cx="8" cy="8" r={RADIUS} stroke="currentColor" strokeWidth="2" opacity="0.26" />
      <circle
        cx="8"
        cy="8"
        r={RADIUS}
        stroke="currentColor"
        strokeWidth="2"
        strokeDasharray={`${arc * LENGTH} ${LENGTH}`}
        transform="rotate(-90 8 8)"
      />
    </svg>
  );
}
