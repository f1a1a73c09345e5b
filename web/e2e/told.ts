/** One measured value, and the most that it should be. */
export type Told = { what: string; unit: string; value: number; most?: number; load: number };

export const FIGURE = "figure";
