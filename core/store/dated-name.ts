/** An instant (epoch ms) as part of a file's name on any system; such names sort by time. */
export const stampOf = (now: number): string => new Date(now).toISOString().replace(/[:.]/g, '-');
